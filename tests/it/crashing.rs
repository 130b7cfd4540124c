//! What a test played and recorded, played again with a crash at each of its calls.

use meterlink::gate::Side;
use meterlink::world::{Recorded, World};

/// Plays on from a crash at every call of `invocations`, before and after its effect; how many crashes
/// that were. `wrong` says what does not hold at the end of a play, and nothing may.
pub(crate) async fn at_every_call(
    world: &mut World,
    invocations: &[&Recorded],
    play: impl AsyncFn(&mut World),
    wrong: impl AsyncFn(&mut World) -> Option<String>,
) -> usize {
    let (mut crashes, mut found) = (0, Vec::new());
    for invocation in invocations {
        for (call, side) in
            (1..=invocation.calls).flat_map(|call| [(call, Side::Before), (call, Side::After)])
        {
            world.crash_in(invocation, call, side);
            play(world).await;
            let name = format!("{} call {call} {side:?}", invocation.woken_by);
            assert_eq!(world.crashes(), 1, "{name}");
            crashes += 1;
            world.take_failures();
            found.extend(wrong(world).await.map(|wrong| format!("{name}: {wrong}")));
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
    crashes
}
