import Foundation
import TestSupport

/// A place for a CSV file, for as long as it is used.
enum TemporaryCSV {
    static func with<Result>(_ body: (URL) throws -> Result) throws -> Result {
        try withTemporaryFolder { folder in try body(folder.appending(path: "file.csv")) }
    }
}
