use super::*;
use crate::limits::MAX_EXPRESSION_DEPTH;
use proptest::prelude::*;

/// The expression in a notation that shows how it was understood.
fn show(expression: &Expression) -> String {
    let list = |args: &[Rc<Expression>]| args.iter().map(|arg| show(arg)).collect::<Vec<_>>().join(" ");
    match &expression.kind {
        ExpressionKind::String(text) => format!("{text:?}"),
        ExpressionKind::Int(number) => number.to_string(),
        ExpressionKind::Bool(value) => value.to_string(),
        ExpressionKind::Null => "null".to_owned(),
        ExpressionKind::Call { name, args, .. } => format!("({name} {})", list(args)),
        ExpressionKind::UserCall { namespace, name, args, .. } => format!("({namespace}.{name} {})", list(args)),
        ExpressionKind::Property { base, name, .. } => format!("{{{} .{name}}}", show(base)),
        ExpressionKind::Index { base, index } => format!("{{{} [{}]}}", show(base), show(index)),
    }
}

fn parse_here(text: &str) -> Result<Expression, ExpressionError> {
    parse(text, &OffsetMap::direct(0))
}

#[test]
fn tells_expressions_from_text() {
    let table = [
        ("[[x]", false, "[x]"),
        ("[[]", false, "[]"),
        ("[[[x]", false, "[[x]"),
        ("[[x] y", false, "[[x] y"),
        ("[x] y", false, "[x] y"),
        ("[test", false, "[test"),
        ("[", false, "["),
        ("]", false, "]"),
        ("", false, ""),
        (" [x]", false, " [x]"),
        ("[]", true, "[]"),
        ("['ARO']", true, "['ARO']"),
        ("[ parameters('b') ]", true, "[ parameters('b') ]"),
    ];
    for (text, expression, literal) in table {
        assert_eq!(is_expression(text), expression, "{text}");
        assert_eq!(literal_text(text), literal, "{text}");
    }
}

#[test]
fn reads_the_grammar() {
    let table = [
        ("['ARO']", r#""ARO""#),
        ("['it''s ''']", r#""it's '""#),
        ("['']", r#""""#),
        ("[-1]", "-1"),
        ("[ parameters ( 'b' ) ]", r#"(parameters "b")"#),
        ("[resourceGroup().location]", "{(resourcegroup ) .location}"),
        ("[f(1, g(), 'x')]", r#"(f 1 (g ) "x")"#),
        ("[a()[0]['k'].b.c[f()]]", r#"{{{{{(a ) [0]} ["k"]} .b} .c} [(f )]}"#),
        ("[__bicep.myFunc(1)]", "(__bicep.myFunc 1)"),
        ("[Contoso . Name ()]", "(Contoso.Name )"),
        ("[if(TRUE, null, false)]", "(if true null false)"),
        ("[true().x]", "{(true ) .x}"),
        ("[concat('a',\r\n\t'ü€')]", r#"(concat "a" "ü€")"#),
        ("[lambda('x', lambdaVariables('x').a)]", r#"(lambda "x" {(lambdavariables "x") .a})"#),
    ];
    for (text, expected) in table {
        assert_eq!(parse_here(text).map(|e| show(&e)), Ok(expected.to_owned()), "{text}");
    }
}

#[test]
fn says_what_was_expected_and_where() {
    let table = [
        ("[]", "expected an expression", 1, 2),
        ("[  ]", "expected an expression", 3, 4),
        ("[f(]", "expected an expression", 3, 4),
        ("[f(1,)]", "expected an expression", 5, 6),
        ("[f(1]", "`,` or `)`, found the end", 4, 5),
        ("[f(1 2)]", "`,` or `)`, found `2`", 5, 6),
        ("[f() g]", "the end of the expression, found `g`", 5, 6),
        ("[f()] [g()]", "the end of the expression, found `]`", 4, 5),
        ("[f().]", "a property name", 5, 6),
        ("[f().1]", "a property name", 5, 6),
        ("[f()[0]", "expected `]`", 6, 7),
        ("[name]", "`(` after `name`", 5, 6),
        ("[a.b]", "`(` after `a.b`", 4, 5),
        ("[a.b.c()]", "`(` after `a.b`", 4, 5),
        ("[f('abc)]", "`'` at the end", 3, 4),
        ("[-]", "a digit", 2, 3),
        ("[1.5]", "a property name", 3, 4),
        ("[f(ü€%)]", "`(` after `ü`, found `€`", 5, 8),
        ("[99999999999999999999]", "64 bits", 1, 21),
        ("[f()?.x]", "the end of the expression, found `?`", 4, 5),
    ];
    for (text, expected, start, end) in table {
        let error = parse_here(text).expect_err(text);
        assert!(error.message.contains(expected), "{text}: {error:?}");
        assert_eq!(error.span, Span::new(start, end), "{text}: {error:?}");
    }
}

#[test]
fn spans_are_those_of_the_file_in_spite_of_escapes() {
    let source = r#"{"a": "[f(\u0027\n\u0027, g('x').y)]"}"#;
    let node = crate::syntax::parse(source).unwrap();
    let text = node.get("a").unwrap().as_text().unwrap();
    let expression = parse(&text.text, &text.offsets(source)).unwrap();
    let slice = |span: Span| &source[span.start as usize..span.end as usize];
    assert_eq!(slice(expression.span), r"f(\u0027\n\u0027, g('x').y)");
    let ExpressionKind::Call { args, .. } = &expression.kind else { panic!("{expression:?}") };
    assert_eq!(slice(args[0].span), r"\u0027\n\u0027");
    assert_eq!(slice(args[1].span), "g('x').y");
    let ExpressionKind::Property { base, name_span, .. } = &args[1].kind else { panic!("{expression:?}") };
    assert_eq!((slice(base.span), slice(*name_span)), ("g('x')", "y"));
}

#[test]
fn reads_what_a_person_types() {
    let table = [
        ("concat('a')", r#"(concat "a")"#, 0, 11),
        (" [concat('a')] ", r#"(concat "a")"#, 2, 13),
        ("a()[0]", "{(a ) [0]}", 0, 6),
    ];
    for (text, expected, start, end) in table {
        let expression = parse_typed(text).unwrap();
        assert_eq!(show(&expression), expected, "{text}");
        assert_eq!(expression.span, Span::new(start, end), "{text}");
    }
    assert!(parse_typed("").is_err());
}

#[test]
fn limits_nesting_and_length() {
    let calls = |levels: usize| format!("[{}1{}]", "f(".repeat(levels), ")".repeat(levels));
    let suffixes = |levels: usize| format!("[f(){}]", ".a".repeat(levels));
    let indices = |levels: usize| format!("[{}1{}]", "f()[".repeat(levels), "]".repeat(levels));
    for deep in [&calls as &dyn Fn(usize) -> String, &suffixes, &indices] {
        assert!(parse_here(&deep(MAX_EXPRESSION_DEPTH - 1)).is_ok());
        for levels in [MAX_EXPRESSION_DEPTH, 100_000] {
            let message = parse_here(&deep(levels)).unwrap_err().message;
            assert!(message.contains("256 levels"), "{message}");
        }
    }
    let long = format!("['{}']", "x".repeat(ExpressionLimits::default().length));
    assert!(parse_here(&long).unwrap_err().message.contains("longer than"));
}

proptest! {
    #[test]
    fn never_panics(text in "[a-c0-2'\\[\\]().,\\- ü\n]{0,40}") {
        let _ = parse_typed(&text);
        let text = format!("[{text}]");
        let checked = check(&text, &OffsetMap::direct(0), ExpressionLimits::default());
        prop_assert_eq!(parse(&text, &OffsetMap::direct(0)).map(|_| ()), checked);
    }
}
