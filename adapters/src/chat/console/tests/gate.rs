//! Who may speak at all: token, Host, Origin; and what binds every answer.

use reqwest::header::{AUTHORIZATION, HOST, HeaderMap, ORIGIN};

use super::*;

/// Every call below `/api`.
const CALLS: [(Method, &str); 10] = [
    (Method::GET, "/api/setup"),
    (Method::GET, "/api/board"),
    (Method::GET, "/api/channels/ops"),
    (Method::GET, "/api/complete?text=s"),
    (Method::GET, "/api/events"),
    (Method::GET, "/api/attachments/0"),
    (Method::GET, "/api/nothing"),
    (Method::POST, "/api/say"),
    (Method::POST, "/api/press"),
    (Method::DELETE, "/api/say"),
];

fn is_bound(headers: &HeaderMap) {
    let csp = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; \
               frame-ancestors 'none'";
    for (name, value) in [
        ("content-security-policy", csp),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-resource-policy", "same-origin"),
        ("cache-control", "no-store"),
    ] {
        assert_eq!(headers[name], value, "{name}");
    }
}

#[tokio::test]
async fn nothing_below_api_is_answered_without_the_token_of_this_start() {
    let world = World::new(Mode::Demo).await;
    let wrong = TOKEN.replace('0', "1");
    let given = [
        None,
        Some("Bearer ".to_owned()),
        Some(format!("Bearer {wrong}")),
        Some(format!("Bearer {}", &TOKEN[..TOKEN.len() - 1])),
        Some(format!("Bearer {TOKEN}0")),
        Some(format!("Bearer {}", TOKEN.to_uppercase())),
        Some(format!("Basic {TOKEN}")),
        Some(TOKEN.to_owned()),
    ];
    for (method, path) in CALLS {
        for given in &given {
            let call = world.bare(method.clone(), path);
            let call = given
                .iter()
                .fold(call, |call, value| call.header(AUTHORIZATION, value));
            let answer = call.send().await.unwrap();
            is_bound(answer.headers());
            let (status, code) = refusal(answer).await;
            assert_eq!(
                (status, code.as_str()),
                (StatusCode::UNAUTHORIZED, "NO_TOKEN"),
                "{path} {given:?}"
            );
        }
    }
}

#[tokio::test]
async fn two_tokens_are_as_good_as_none_and_the_scheme_is_read_as_http_says() {
    let world = World::new(Mode::Demo).await;
    let call = || world.bare(Method::GET, "/api/board");
    let twice = call()
        .bearer_auth("wrong")
        .header(AUTHORIZATION, format!("Bearer {TOKEN}"));
    assert_eq!(twice.send().await.unwrap().status(), StatusCode::UNAUTHORIZED);
    let lower = call().header(AUTHORIZATION, format!("bearer {TOKEN}"));
    assert_eq!(lower.send().await.unwrap().status(), StatusCode::OK);
}

#[tokio::test]
async fn only_our_own_host_is_answered_on_page_and_api() {
    let world = World::new(Mode::Demo).await;
    let port = world.address.port();
    for path in ["/", "/page/app.js", "/api/board", "/nothing"] {
        for host in [
            "evil.example",
            "127.0.0.1",
            &format!("127.0.0.1.evil.example:{port}"),
            "",
        ] {
            let answer = world
                .call(Method::GET, path)
                .header(HOST, host)
                .send()
                .await
                .unwrap();
            is_bound(answer.headers());
            let (status, code) = refusal(answer).await;
            assert_eq!(
                (status, code.as_str()),
                (StatusCode::FORBIDDEN, "WRONG_HOST"),
                "{path} {host}"
            );
        }
    }
    for host in [
        format!("localhost:{port}"),
        format!("LOCALHOST:{port}"),
        world.address.to_string(),
    ] {
        let answer = world
            .bare(Method::GET, "/")
            .header(HOST, &host)
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), StatusCode::OK, "{host}");
    }
}

#[tokio::test]
async fn a_write_from_another_page_is_refused_and_leaves_nothing_behind() {
    let world = World::new(Mode::Demo).await;
    let port = world.address.port();
    let body = json!({ "as": "ana", "channel": "ops", "text": "status" });
    let from = |origin: String| {
        world
            .call(Method::POST, "/api/say")
            .header(ORIGIN, origin)
            .json(&body)
            .send()
    };
    for origin in [
        "null".to_owned(),
        "http://evil.example".to_owned(),
        format!("http://evil.example:{port}"),
        format!("http://localhost.evil.example:{port}"),
        "http://127.0.0.1".to_owned(),
        format!("ftp://127.0.0.1:{port}"),
        String::new(),
    ] {
        let answer = from(origin.clone()).await.unwrap();
        is_bound(answer.headers());
        let (status, code) = refusal(answer).await;
        assert_eq!(
            (status, code.as_str()),
            (StatusCode::FORBIDDEN, "WRONG_ORIGIN"),
            "{origin}"
        );
    }
    assert!(world.sees(None).await.is_empty());
    for origin in [
        format!("http://{}", world.address),
        format!("http://localhost:{port}"),
    ] {
        assert_eq!(from(origin).await.unwrap().status(), StatusCode::ACCEPTED);
    }
}

#[tokio::test]
async fn every_answer_is_bound_and_the_page_needs_no_token() {
    let world = World::new(Mode::Demo).await;
    for (path, status) in [
        ("/", 200),
        ("/page/app.js", 200),
        ("/page/none", 404),
        ("/page/index.html", 404),
        ("/nothing", 404),
        ("/api/board", 401),
    ] {
        let answer = world.bare(Method::GET, path).send().await.unwrap();
        assert_eq!(answer.status(), status, "{path}");
        is_bound(answer.headers());
    }
    let page = world
        .bare(Method::GET, "/")
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    assert!(
        !page.contains(TOKEN) && !page.contains("\"ana\"") && !page.contains(">ana<"),
        "the page holds no person and no secret"
    );
    assert!(
        page.contains("<html lang=\"en\">") && !page.contains("{{") && !page.contains("console.page"),
        "its words are put in"
    );
    for (method, path) in CALLS {
        let answer = world.call(method, path).send().await.unwrap();
        is_bound(answer.headers());
    }
}

#[tokio::test]
async fn unknown_calls_and_methods_are_answered_like_every_other_no() {
    let world = World::new(Mode::Demo).await;
    for (method, path, status, code) in [
        (Method::GET, "/api/nothing", 404, "NOT_FOUND"),
        (Method::GET, "/nothing", 404, "NOT_FOUND"),
        (Method::DELETE, "/api/say", 405, "WRONG_METHOD"),
        (Method::POST, "/api/board", 405, "WRONG_METHOD"),
        (Method::POST, "/", 405, "WRONG_METHOD"),
    ] {
        let answer = world.call(method, path).send().await.unwrap();
        assert_eq!(
            refusal(answer).await,
            (StatusCode::from_u16(status).unwrap(), code.to_owned()),
            "{path}"
        );
    }
}

#[tokio::test]
async fn outside_demo_mode_nobody_acts_and_nobody_reads_as_somebody() {
    let world = World::new(Mode::Production).await;
    let say = json!({ "as": "ana", "channel": "ops", "text": "status" });
    let press = json!({ "as": "ana", "message": "1", "button": "details:R-1" });
    for answer in [
        world.post("/api/say", &say).await,
        world.post("/api/press", &press).await,
        world
            .call(Method::GET, "/api/channels/ops?as=ana")
            .send()
            .await
            .unwrap(),
        world
            .call(Method::GET, "/api/events?as=ana")
            .send()
            .await
            .unwrap(),
    ] {
        assert_eq!(
            refusal(answer).await,
            (StatusCode::FORBIDDEN, "READ_ONLY".to_owned())
        );
    }
    let change = json!({ "channel": "ops", "text": "scale orders parallelism 4" });
    let answer = world.post("/api/say", &change).await;
    assert_eq!(
        refusal(answer).await,
        (StatusCode::FORBIDDEN, "LOOKS_ONLY".to_owned())
    );
    assert!(world.sees(None).await.is_empty(), "none of it was stored");
}
