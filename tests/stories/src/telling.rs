//! A story is one text: what people do and what they then see. It is told plainly, killed at every point of the plain
//! telling, and with everything happening twice; and it must end the same. So it must over every road.

use std::panic::AssertUnwindSafe;

use fakes::flink::FakeFlink;
use futures::future::FutureExt as _;
use futures::stream::{self, StreamExt as _};

use crate::cast::Layout;
use crate::death::{Contact, Death, Point};
use crate::ending::Ending;
use crate::points::Thoroughness;
use crate::town::Road;
use crate::world::{Manner, World};

/// What is there before a story begins.
pub struct Scene {
    /// The cluster.
    pub flink: FakeFlink,
    /// Policy, windows and means.
    pub layout: Layout,
}

/// Tellings that go on at once. They share a thread; it is the wait for real processes that they need not wait for in turn.
const AT_ONCE: usize = 4;

/// Tells it once, measured.
pub async fn plainly(scene: impl AsyncFn() -> Scene, story: impl AsyncFn(&mut World)) {
    tell(&scene, &story, Manner::plain()).await;
}

/// Tells it once, where there is nothing to measure.
pub async fn briefly(scene: impl AsyncFn() -> Scene, story: impl AsyncFn(&mut World)) {
    briefly_over(Road::Console, scene, story).await;
}

/// The same, over another road.
pub async fn briefly_over(road: Road, scene: impl AsyncFn() -> Scene, story: impl AsyncFn(&mut World)) {
    let manner = Manner {
        road,
        measured: false,
        ..Manner::plain()
    };
    tell(&scene, &story, manner).await;
}

/// Tells it over another road: what became of the requests and of Flink is as on the console.
pub async fn over(road: Road, scene: impl AsyncFn() -> Scene, story: impl AsyncFn(&mut World)) {
    let manner = |road| Manner {
        road,
        measured: false,
        ..Manner::plain()
    };
    let on_the_console = tell(&scene, &story, manner(Road::Console)).await.without_words();
    let over_the_road = tell(&scene, &story, manner(road)).await.without_words();
    assert!(
        over_the_road == on_the_console,
        "over another road: {}",
        difference(&on_the_console, &over_the_road)
    );
}

/// Kills it before and within its writes and its sends.
pub async fn killed_at_its_writes(
    road: Road,
    scene: impl AsyncFn() -> Scene,
    story: impl AsyncFn(&mut World),
    thoroughness: Thoroughness,
) {
    let thoroughness = thoroughness.or_every();
    killed(road, &scene, &story, thoroughness, |met| thoroughness.writes(met)).await;
}

/// Kills it before, within and after its calls, and where it says something.
pub async fn killed_at_its_calls(
    road: Road,
    scene: impl AsyncFn() -> Scene,
    story: impl AsyncFn(&mut World),
    thoroughness: Thoroughness,
) {
    let thoroughness = thoroughness.or_every();
    killed(road, &scene, &story, thoroughness, |met| thoroughness.calls(met)).await;
}

/// Delivers, posts and changes everything twice.
pub async fn with_everything_twice(
    road: Road,
    scene: impl AsyncFn() -> Scene,
    story: impl AsyncFn(&mut World),
) {
    let manner = |twice| Manner {
        road,
        twice,
        measured: false,
        ..Manner::plain()
    };
    let once = tell(&scene, &story, manner(false)).await;
    let twice = tell(&scene, &story, manner(true)).await;
    assert!(
        twice == once,
        "with everything done twice: {}",
        difference(&once, &twice)
    );
}

async fn killed(
    road: Road,
    scene: &impl AsyncFn() -> Scene,
    story: &impl AsyncFn(&mut World),
    thoroughness: Thoroughness,
    points: impl FnOnce(&[Contact]) -> Vec<Point>,
) {
    let manner = |death| Manner {
        road,
        death,
        twice: false,
        measured: thoroughness == Thoroughness::Every,
    };
    let never = Death::never();
    let expected = tell(scene, story, manner(never.clone())).await;
    let points = points(&never.met());
    assert!(!points.is_empty(), "a story without a point at which it can die");
    #[allow(
        clippy::print_stdout,
        reason = "the rule by which points were chosen is part of the result"
    )]
    {
        println!("killed at {} points: {}", points.len(), thoroughness.rule());
    }
    let failed: Vec<String> = stream::iter(points)
        .map(|point| {
            let manner = manner(Death::at(point));
            let expected = &expected;
            async move {
                let told = AssertUnwindSafe(tell(scene, story, manner)).catch_unwind().await;
                match told {
                    Ok(ending) if ending == *expected => None,
                    Ok(ending) => Some(format!("{point}: {}", difference(expected, &ending))),
                    Err(_) => Some(format!("{point}: it panicked, as said above")),
                }
            }
        })
        .buffer_unordered(AT_ONCE)
        .filter_map(|failed| async { failed })
        .collect()
        .await;
    assert!(
        failed.is_empty(),
        "killed at {} points it ends otherwise:\n{}",
        failed.len(),
        failed.join("\n")
    );
}

async fn tell(scene: &impl AsyncFn() -> Scene, story: &impl AsyncFn(&mut World), manner: Manner) -> Ending {
    let Scene { flink, layout } = scene().await;
    let mut world = World::new(flink, layout, manner).await;
    story(&mut world).await;
    world.until_told().await;
    let ending = Ending::of(&world).await;
    world.ends().await;
    ending
}

/// The lines of both that differ.
fn difference(expected: &Ending, ending: &Ending) -> String {
    let (expected, ending) = (format!("{expected:#?}"), format!("{ending:#?}"));
    let only_in = |these: &str, those: &str, sign: char| -> Vec<String> {
        these
            .lines()
            .filter(|line| !those.lines().any(|other| other == *line))
            .map(|line| format!("\n  {sign}{line}"))
            .collect()
    };
    let lines = [only_in(&expected, &ending, '-'), only_in(&ending, &expected, '+')].concat();
    if lines.is_empty() {
        format!("the same in another order: {ending}")
    } else {
        lines.concat()
    }
}

/// Makes the tests of a story out of its one text: `story!(name, in scene)`. One that stands for the others is killed at
/// `every distinct point` on every push, the others at a few.
///
/// See [`talk!`] for one that ends before anything runs.
#[macro_export]
macro_rules! story {
    ($name:ident, in $scene:ident) => {
        $crate::story!($name, $scene, Few);
    };
    ($name:ident, in $scene:ident, at every distinct point) => {
        $crate::story!($name, $scene, Distinct);
    };
    ($name:ident, $scene:ident, $thoroughness:ident) => {
        mod $name {
            use super::{$name as text, $scene as scene};
            use $crate::Road;
            use $crate::Thoroughness::{Ends, $thoroughness as Thorough};

            #[tokio::test]
            async fn as_it_is() {
                $crate::plainly(scene, text).await;
            }
            #[tokio::test]
            async fn killed_at_its_writes() {
                $crate::killed_at_its_writes(Road::Console, scene, text, Thorough).await;
            }
            #[tokio::test]
            async fn killed_at_its_calls() {
                $crate::killed_at_its_calls(Road::Console, scene, text, Thorough).await;
            }
            #[tokio::test]
            async fn twice() {
                $crate::with_everything_twice(Road::Console, scene, text).await;
            }
            $crate::roads!();
            #[tokio::test]
            async fn over_slack_killed_at_its_calls() {
                $crate::killed_at_its_calls(Road::SlackHttp, scene, text, Ends).await;
            }
            #[tokio::test]
            async fn over_discord_killed_at_its_calls() {
                $crate::killed_at_its_calls(Road::DiscordHttp, scene, text, Ends).await;
            }
        }
    };
}

/// Makes the tests of a story that ends before anything runs: its calls only look, and nothing is measured.
#[macro_export]
macro_rules! talk {
    ($name:ident, in $scene:ident) => {
        mod $name {
            use super::{$name as text, $scene as scene};
            use $crate::Road;
            use $crate::Thoroughness::{Ends, Few};

            #[tokio::test]
            async fn as_it_is() {
                $crate::briefly(scene, text).await;
            }
            #[tokio::test]
            async fn killed_at_its_writes() {
                $crate::killed_at_its_writes(Road::Console, scene, text, Few).await;
            }
            #[tokio::test]
            async fn twice() {
                $crate::with_everything_twice(Road::Console, scene, text).await;
            }
            $crate::roads!();
        }
    };
}

/// The tests of a story that tell it over the roads of the chats, beside the console's.
#[doc(hidden)]
#[macro_export]
macro_rules! roads {
    () => {
        #[tokio::test]
        async fn over_slack_sockets() {
            $crate::over(Road::SlackSockets, scene, text).await;
        }
        #[tokio::test]
        async fn over_slack_http() {
            $crate::over(Road::SlackHttp, scene, text).await;
        }
        #[tokio::test]
        async fn over_slack_killed_at_its_writes() {
            $crate::killed_at_its_writes(Road::SlackSockets, scene, text, Ends).await;
        }
        #[tokio::test]
        async fn over_slack_twice() {
            $crate::with_everything_twice(Road::SlackSockets, scene, text).await;
        }
        #[tokio::test]
        async fn over_discord_gateway() {
            $crate::over(Road::DiscordGateway, scene, text).await;
        }
        #[tokio::test]
        async fn over_discord_http() {
            $crate::over(Road::DiscordHttp, scene, text).await;
        }
        #[tokio::test]
        async fn over_discord_killed_at_its_writes() {
            $crate::killed_at_its_writes(Road::DiscordGateway, scene, text, Ends).await;
        }
        #[tokio::test]
        async fn over_discord_twice() {
            $crate::with_everything_twice(Road::DiscordGateway, scene, text).await;
        }
    };
}
