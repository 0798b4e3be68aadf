/// Where values are while a row, or some, go through a program of steps: the inputs, the outputs, and rooms that are used
/// again as soon as nobody needs what is in them.
struct ValuePlaces: Sendable {
    enum Place: Equatable, Sendable {
        case inputs, outputs, room(Int)
    }

    /// A step writes a value, or a part of one.
    struct Step {
        let reads: [Int]
        let writes: Int
        /// Whether it can write over the first of what it reads.
        let canOverwrite: Bool
    }

    /// For each value; nil if no step writes it.
    let places: [Place?]
    /// How many numbers of a row each room must hold.
    let rooms: [Int]

    /// - Parameters:
    ///   - widths: the columns of each value; that of index 0 comes in, and is not to be overwritten.
    ///   - result: the value that goes out.
    init(_ steps: [Step], widths: [Int], result: Int) {
        var lastReads = [Int](repeating: -1, count: widths.count)
        for (index, step) in steps.enumerated() {
            for value in step.reads { lastReads[value] = index }
        }
        // The value whose place each has: its own, unless it is written over another.
        var owners = Array(widths.indices)
        for (index, step) in steps.enumerated() where step.canOverwrite {
            let source = step.reads[0]
            if source > 0, lastReads[source] == index { owners[step.writes] = owners[source] }
        }
        var ends = lastReads
        for value in widths.indices { ends[owners[value]] = max(ends[owners[value]], lastReads[value]) }

        var places = [Place?](repeating: nil, count: widths.count)
        places[0] = .inputs
        places[owners[result]] = .outputs
        var rooms: [Int] = []
        var free: [Int] = []
        for (index, step) in steps.enumerated() {
            let owner = owners[step.writes]
            if places[owner] == nil {
                let room = free.min() ?? rooms.count
                free.removeAll { $0 == room }
                if room == rooms.count { rooms.append(0) }
                places[owner] = .room(room)
            }
            if case .room(let room) = places[owner] { rooms[room] = max(rooms[room], widths[step.writes]) }
            for owner in Set(step.reads.map { owners[$0] }) where ends[owner] == index {
                if case .room(let room) = places[owner] { free.append(room) }
            }
        }
        self.places = owners.map { places[$0] }
        self.rooms = rooms
    }
}
