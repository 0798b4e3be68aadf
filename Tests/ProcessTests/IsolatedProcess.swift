import Foundation
import Testing

/// Some tests look at the whole process: they run where nothing else does. `Scripts/test` runs this target by itself,
/// optimised (unoptimised code allocates), and says so with ISOLATED_PROCESS=1.
let isIsolated = ProcessInfo.processInfo.environment["ISOLATED_PROCESS"] == "1"

/// One test after the other, and only where nothing else runs.
@Suite(.serialized, .enabled(if: isIsolated, "run where ISOLATED_PROCESS=1"))
struct ProcessTests {}
