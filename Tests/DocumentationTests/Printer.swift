import Synchronization

/// What `print` is within the documentation's code: it keeps what is printed.
final class Printer: Sendable {
    private let printed = Mutex("")

    var text: String { printed.withLock { $0 } }

    func callAsFunction(_ items: Any..., separator: String = " ", terminator: String = "\n") {
        let line = items.map { "\($0)" }.joined(separator: separator) + terminator
        printed.withLock { $0 += line }
    }
}

/// Keeps the compiler from warning of what only some sections use.
func isUsed<Value>(_: Value) {}
func isUsed<Value>(_: inout Value) {}
