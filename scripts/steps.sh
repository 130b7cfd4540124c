# Sourced by the scripts beside it: goes to the root of the project, runs steps, installs tools.

cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/versions.env

# Prints the comment at the top of the script, which is its manual, and ends.
manual() {
  sed -n '2,/^$/s/^# \{0,1\}//p' "$1"
  exit 0
}

# One line about a step: its result, its seconds, its name.
line() {
  printf '%-7s %5s s  %s\n' "$1" "$2" "$3"
}

# The command as one would type it.
typed() {
  if [[ $1 == linked ]]; then shift; fi
  printf '%q ' "$@"
  echo
}

# step NAME COMMAND...: runs the command and prints one line. What it wrote is shown only when it
# fails; the command is then the last line, and the script ends.
step() {
  local name=$1 begin=$SECONDS log
  shift
  mkdir -p target/steps
  log=target/steps/$name.log
  if "$@" >"$log" 2>&1 </dev/null; then
    line ok $((SECONDS - begin)) "$name"
  else
    cat "$log"
    line FAILED $((SECONDS - begin)) "$name"
    typed "$@"
    exit 1
  fi
}

# A linker that is faster where it is there. `mold -run` leaves the flags of rustc as they are, so
# what a plain `cargo` has built is used again.
linked() {
  if command -v mold >/dev/null; then
    mold -run "$@"
  else
    "$@"
  fi
}

# tool NAME VERSION: puts a cargo tool into target/tools/NAME-VERSION, if it is not there. It runs for
# seconds, so it is built without the optimization that would take minutes.
tool() {
  local root=target/tools/$1-$2
  if [[ ! -x $root/bin/$1 ]]; then
    CARGO_PROFILE_DEV_DEBUG=false cargo install --quiet --locked --debug --version "$2" --root "$root" "$1"
  fi
}
