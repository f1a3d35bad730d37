//! Every limit, in one place. Reaching one is said where it happens; the rest of the run goes on.

/// How far the linter goes with one file. The defaults are several times what real templates need.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Bytes of a file that is read.
    pub file_size: u64,
    /// Levels of arrays and objects in a JSON file; [`MAX_NESTING`] at most.
    pub nesting: usize,
    /// How large one expression may be.
    pub expression: ExpressionLimits,
    /// Levels of evaluation under way at once: parameters, variables, functions and calls that lead to each other.
    pub depth: u32,
    /// Expressions and terms evaluated for one template, in all worlds together.
    pub steps: u64,
    /// Worlds in which one rule looks at one resource.
    pub worlds: usize,
    /// Open questions answered within one expression.
    pub questions: usize,
    /// Instances of one loop. Azure allows 800.
    pub copies: i64,
    /// Resources of one template after expansion, nested deployments included.
    pub resources: usize,
    /// Deployments nested in each other.
    pub deployments: usize,
    /// Resources of one template that rules look at.
    pub judged: usize,
    /// Failures and open verdicts in one template after which no further rule is asked.
    pub findings: usize,
    /// Bytes of a computed text.
    pub text: usize,
    /// Elements of a computed array.
    pub elements: usize,
    /// Bytes of a regular expression of a rule once it is compiled.
    pub pattern: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file_size: 256 << 20,
            nesting: MAX_NESTING,
            expression: ExpressionLimits::default(),
            depth: 512,
            steps: 1_000_000,
            worlds: 16,
            questions: 24,
            copies: 800,
            resources: 10_000,
            deployments: 32,
            judged: 5_000,
            findings: 10_000,
            text: 4 << 20,
            elements: 100_000,
            pattern: PATTERN_BYTES,
        }
    }
}

/// Bytes of a regular expression of a rule once it is compiled, unless the configuration says otherwise.
pub const PATTERN_BYTES: usize = 1 << 20;

/// How many patterns of the greatest size one set of rules may have. Compiling one of them takes a hundredth of a second.
pub const MAX_PATTERNS: usize = 64;

/// How large one expression may be. Real ones reach 78,234 characters and 23 levels.
#[derive(Clone, Copy, Debug)]
pub struct ExpressionLimits {
    /// Bytes.
    pub length: usize,
    /// Levels of calls, indices and suffixes; [`MAX_EXPRESSION_DEPTH`] at most.
    pub depth: usize,
}

impl Default for ExpressionLimits {
    fn default() -> Self {
        Self { length: 1 << 20, depth: MAX_EXPRESSION_DEPTH }
    }
}

// What the stack of a thread is sure to hold, in every build: no configuration goes beyond.

/// Levels of arrays and objects in a JSON file. Real templates reach 36.
pub const MAX_NESTING: usize = 256;
/// Levels of calls, indices and suffixes in one expression.
pub const MAX_EXPRESSION_DEPTH: usize = 256;

/// How many elements of one list rules look at. Azure takes 2,000 authorised ranges at most.
pub const MAX_ITEMS: usize = 10_000;
/// How many fixes are worked out for one evaluation of a template. `--fix` comes back for more in its next turn.
pub const MAX_FIXES: usize = 10_000;
/// How many elements of lists are looked at for these fixes; reading a list counts ten for each of its elements.
pub const MAX_LOOKS: usize = 10_000_000;
/// How many parts of two values are compared before it stays open whether they are the same.
pub const MAX_COMPARISONS: u32 = 100_000;
/// How many pairs of elements one function compares that are no plain texts, numbers or booleans.
pub const MAX_PAIRS: usize = 200_000;

/// How many characters of a resource's name findings show. Azure takes 260 at most, and as many of what the resource is a part of.
pub const MAX_NAME: usize = 1_000;
/// How many characters of a text of a rule its messages show.
pub const MAX_SHOWN: usize = 200;

/// For how many unknown names a known one is suggested.
pub const MAX_SUGGESTIONS: usize = 50;

// What evaluation makes. These are not configured: expressions that grow on purpose reach them, real ones do not.

/// The greatest number that `range` may count.
pub const MAX_RANGE: i64 = 10_000;
/// How many elements `reduce` takes: each may nest its result one level deeper.
pub const MAX_REDUCED: usize = 1_000;
/// How many groups `groupBy` makes.
pub const MAX_GROUPS: usize = 10_000;
/// How many parts, known and unknown, a text has that is not wholly known. Real ones have some dozens.
pub const MAX_PIECES: usize = 2_000;
/// How many objects may be laid over each other.
pub const MAX_LAYERS: usize = 2_000;
/// How many choices are written with both their branches. Choices within choices grow as fast as worlds do: each branch is evaluated
/// in a world of its own.
pub const MAX_WRITTEN_CHOICES: usize = 32;
/// How many bytes of JSON one `expand` or `eval` prints, about. Values share their parts; their text cannot.
pub const MAX_PRINTED: usize = 64 << 20;
