import Synchronization

extension WorkerPool {
    /// The results of `body` for 0 ..< count, in order, computed on up to `threads` threads.
    ///
    /// `participant` is below `threads`; concurrent calls have different ones.
    /// - Throws: the error of the call with the lowest index, whichever failed first.
    func map<Result: Sendable>(
        _ count: Int, threads: Int,
        _ body: @Sendable (_ index: Int, _ participant: Int) throws(PerceptronError) -> Result
    ) throws(PerceptronError) -> [Result] {
        // The pool no longer holds the work when `perform` returns.
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

/// The calls of one parallel map; after a failure, calls with higher indices are skipped.
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
