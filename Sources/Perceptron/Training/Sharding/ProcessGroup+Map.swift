extension ProcessGroup {
    /// Sends the numbers of one process to all processes.
    func broadcast(_ numbers: [Double], from root: Int) throws(PerceptronError) -> [Double] {
        if size == 1 { return numbers }
        var count = UInt64(numbers.count)
        try broadcast(&count, from: root)
        var bytes = [UInt8](repeating: 0, count: 8 * Int(count))
        if rank == root {
            for (index, number) in numbers.enumerated() {
                for byte in 0..<8 {
                    bytes[8 * index + byte] = UInt8(truncatingIfNeeded: number.bitPattern >> (8 * byte))
                }
            }
        }
        var span = bytes.mutableSpan
        try broadcast(&span, from: root)
        return (0..<Int(count)).map { index in
            Double(bitPattern: (0..<8).reduce(0) { $0 | UInt64(bytes[8 * index + $1]) << (8 * $1) })
        }
    }

    /// The numbers that `body` returns for each of 0 ..< count, in all processes. Each process calls it for some of the
    /// indices, on up to `threads` threads.
    /// - Throws: in all processes, what the call with the lowest index threw.
    func map(
        _ count: Int, threads: Int,
        _ body: @Sendable (_ index: Int, _ participant: Int) throws(PerceptronError) -> [Double]
    ) throws(PerceptronError) -> [[Double]] {
        let (rank, size) = (rank, size)
        if size == 1 { return try WorkerPool.shared.map(count, threads: threads, body) }
        let own = Array(stride(from: rank, to: count, by: size))
        let results = try WorkerPool.shared.map(own.count, threads: threads) {
            (place, participant) throws(PerceptronError) -> Result<[Double], PerceptronError> in
            do throws(PerceptronError) {
                return .success(try body(own[place], participant))
            } catch {
                return .failure(error)
            }
        }
        var all: [[Double]] = []
        for index in 0..<count {
            let owner = index % size
            var (numbers, failure): ([Double], PerceptronError?) = ([], nil)
            if owner == rank {
                switch results[index / size] {
                case .success(let values): numbers = values
                case .failure(let error): failure = error
                }
            }
            var isGood: UInt64 = failure == nil ? 1 : 0
            try broadcast(&isGood, from: owner)
            guard isGood == 1 else {
                let text = try broadcast(failure?.description ?? "", from: owner)
                throw failure ?? .invalidState("process \(owner): \(text)")
            }
            all.append(try broadcast(numbers, from: owner))
        }
        return all
    }
}
