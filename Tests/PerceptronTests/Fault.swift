import Foundation

@testable import Perceptron

/// System calls of which one fails; those that write take some hundred bytes at most, as a system may.
final class Fault: @unchecked Sendable {
    private let failing: Int
    private let reason: Int32
    private var made = 0

    init(at failing: Int, reason: Int32) {
        self.failing = failing
        self.reason = reason
    }

    /// Whether as many calls were made.
    func calls(made count: Int) -> Bool { made >= count }

    private func fails() -> Bool {
        made += 1
        if made == failing { errno = reason }
        return made == failing
    }

    var calls: SystemCalls {
        let real = SystemCalls()
        var calls = real
        calls.open = { self.fails() ? -1 : real.open($0, $1, $2) }
        calls.write = { file, bytes in
            self.fails() ? -1 : real.write(file, UnsafeRawBufferPointer(rebasing: bytes.prefix(10_007)))
        }
        calls.synchronize = { self.fails() ? -1 : real.synchronize($0) }
        calls.close = {
            // The descriptor is closed all the same.
            let result = real.close($0)
            return self.fails() ? -1 : result
        }
        calls.rename = { self.fails() ? -1 : real.rename($0, $1) }
        calls.remove = { self.fails() ? -1 : real.remove($0) }
        calls.status = { self.fails() ? -1 : real.status($0, &$1) }
        calls.fileStatus = { self.fails() ? -1 : real.fileStatus($0, &$1) }
        calls.setMode = { self.fails() ? -1 : real.setMode($0, $1) }
        calls.lock = { self.fails() ? -1 : real.lock($0) }
        calls.readLink = { self.fails() ? -1 : real.readLink($0, $1) }
        return calls
    }
}
