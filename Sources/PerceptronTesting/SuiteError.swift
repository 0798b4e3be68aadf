/// The failures of a suite, described in one line per failed check.
public struct SuiteError: Error, Equatable, Sendable, CustomStringConvertible {
    /// A check that failed.
    public struct Failure: Equatable, Sendable {
        /// The name of the check.
        public let check: String
        /// What was expected and what was found.
        public let reason: String
    }

    /// What was checked.
    public let subject: String
    /// The checks that failed, in order.
    public let failures: [Failure]

    public var description: String {
        failures.map { "\(subject), \($0.check): \($0.reason)" }.joined(separator: "\n")
    }
}

/// Why one check fails.
struct Finding: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// Throws a finding unless the condition holds.
func expect(_ condition: Bool, _ finding: @autoclosure () -> String) throws(Finding) {
    guard condition else { throw Finding(finding()) }
}
