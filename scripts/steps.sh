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

# Where the Python tools of scripts/requirements/NAME.txt are, or will be: another list is another place.
place() {
  local digest
  digest=$(sha256sum "scripts/requirements/$1.txt")
  echo "target/tools/$1-${digest:0:12}"
}

# Runs a command of uv with the package index that pip is set to, if it is set to one.
with_index() {
  local index
  index=${UV_DEFAULT_INDEX-${PIP_INDEX_URL-$(python3 -m pip config get global.index-url 2>/dev/null || true)}}
  UV_DEFAULT_INDEX=${index:-https://pypi.org/simple} "$@"
}

# python_tools NAME: puts them there, if they are not. Files whose hashes are not those of the list
# are refused; none is built from source. By uv, which takes a tenth of pip's time. Their programs name
# the folder they were put into, so a clone that was moved gets them anew.
python_tools() {
  local root uv
  root=$(place "$1")
  uv=$(place uv)
  if [[ -e $root/installed && $(<"$root/installed") == "$PWD" ]]; then return; fi
  if ! python3 -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))'; then
    echo "Python 3.11 or newer with venv is needed: apt-get install -y --no-install-recommends python3-venv"
    return 3
  fi
  if ! "$uv/bin/uv" --version >/dev/null 2>&1; then
    python3 -m venv --clear "$uv" &&
      "$uv/bin/pip" install --quiet --require-hashes --only-binary :all: -r scripts/requirements/uv.txt ||
      return
  fi
  python3 -m venv --clear --without-pip "$root" &&
    with_index "$uv/bin/uv" pip install --quiet --system-certs --python "$root/bin/python" --no-deps \
      --require-hashes --only-binary :all: -r "scripts/requirements/$1.txt" &&
    echo "$PWD" >"$root/installed"
}
