/// Named checks that a component must pass.
///
/// ```swift
/// @Test(arguments: LayerSuite.Check.allCases) func square(_ check: LayerSuite.Check) throws {
///     try LayerSuite(Square(), inputFeatures: 5).check(check)
/// }
/// ```
///
/// A suite needs no test framework: it throws failures, in Swift Testing, XCTest or a standalone program.
public protocol TestSuite: Sendable {
    /// The names of the checks.
    associatedtype Check: RawRepresentable<String>, CaseIterable, Sendable

    /// The name in errors of what is checked.
    var subject: String { get }

    /// Throws if the check fails; the error says why.
    func run(_ check: Check) throws
}

extension TestSuite {
    /// Runs one check.
    /// - Throws: `SuiteError` if it fails.
    public func check(_ check: Check) throws(SuiteError) { try self.check([check]) }

    /// Runs some checks, all of them by default.
    /// - Throws: `SuiteError`, which names every check that failed.
    public func check(_ checks: [Check] = Array(Check.allCases)) throws(SuiteError) {
        var failures: [SuiteError.Failure] = []
        for check in checks {
            do {
                try run(check)
            } catch {
                failures.append(SuiteError.Failure(check: check.rawValue, reason: "\(error)"))
            }
        }
        guard failures.isEmpty else { throw SuiteError(subject: subject, failures: failures) }
    }
}
