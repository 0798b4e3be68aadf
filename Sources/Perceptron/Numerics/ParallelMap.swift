import Synchronization

extension WorkerPool {
    /// What `body` makes of each of 0 ..< count, in order, computed on as many as `threads` threads.
    ///
    /// `participant` is below `threads`; no two calls at the same time have the same.
    /// - Throws: what the call with the lowest index threw, whichever came first.
    func map<Result: Sendable>(
        _ count: Int, threads: Int,
        _ body: @Sendable (_ index: Int, _ participant: Int) throws(PerceptronError) -> Result
    ) throws(PerceptronError) -> [Result] {
        // The pool has let go of the work when `perform` returns.
        let results = withoutActuallyEscaping(body) { body in
            let work = MappedTiles(count: count, body)
            perform(TileJob(), tiles: count, threads: threads, work)
            return work.results.withLock { $0 }
        }
        var values: [Result] = []
        for case let result? in results { values.append(try result.get()) }
        return values
    }
}

/// The calls of one parallel map; after a failure those that come after it are left out.
private final class MappedTiles<Value: Sendable>: TiledWork {
    typealias Body = @Sendable (Int, Int) throws(PerceptronError) -> Value

    let results: Locked<[Result<Value, PerceptronError>?]>
    private let body: Body
    private let firstFailure = Atomic<Int>(.max)

    init(count: Int, _ body: @escaping Body) {
        results = Locked([Result<Value, PerceptronError>?](repeating: nil, count: count))
        self.body = body
    }

    func perform(tile: Int, participant: Int) {
        guard tile < firstFailure.load(ordering: .relaxed) else { return }
        let result: Result<Value, PerceptronError>
        do throws(PerceptronError) {
            result = .success(try body(tile, participant))
        } catch {
            firstFailure.min(tile, ordering: .relaxed)
            result = .failure(error)
        }
        results.withLock { $0[tile] = result }
    }
}
