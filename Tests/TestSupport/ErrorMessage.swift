/// What the error says that `body` throws; "nothing was thrown" if it throws none.
package func errorMessage(_ body: () throws -> Void) -> String {
    do {
        try body()
        return "nothing was thrown"
    } catch {
        return "\(error)"
    }
}
