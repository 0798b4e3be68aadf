/// The fixed order in which shards are added up: node lo ..< hi is the sum of its two halves, whichever process
/// computes them.
enum ShardTree {
    /// Where a node is split.
    static func middle(_ node: Range<Int>) -> Int { (node.lowerBound + node.upperBound) / 2 }

    /// The fewest whole nodes that cover consecutive shards exactly, in order: one if the number of processes is a
    /// power of two.
    static func nodes(covering shards: Range<Int>, of node: Range<Int>) -> [Range<Int>] {
        let common = shards.clamped(to: node)
        if common.isEmpty { return [] }
        if common == node { return [node] }
        let middle = middle(node)
        return nodes(covering: shards, of: node.lowerBound..<middle)
            + nodes(covering: shards, of: middle..<node.upperBound)
    }

    /// The sum of numbers, one for each shard.
    static func sum(_ numbers: Span<Double>, _ node: Range<Int>) -> Double {
        if node.isEmpty { return 0 }
        if node.count == 1 { return numbers[node.lowerBound] }
        let middle = middle(node)
        return sum(numbers, node.lowerBound..<middle) + sum(numbers, middle..<node.upperBound)
    }

    /// What a process does with its shards, one after the other. It needs as many vectors as it has nodes, plus their
    /// depth.
    enum Action: Equatable, Sendable {
        /// Computes a shard's vector in a slot.
        case compute(shard: Int, slot: Int)
        /// Adds the vector in a slot to the one in the slot before it.
        case add(slot: Int)
    }

    /// The actions that leave the sum of each node in the slot with the node's index.
    static func actions(_ nodes: [Range<Int>]) -> [Action] {
        var actions: [Action] = []
        func act(_ node: Range<Int>, slot: Int) {
            if node.count == 1 { return actions.append(.compute(shard: node.lowerBound, slot: slot)) }
            let middle = middle(node)
            act(node.lowerBound..<middle, slot: slot)
            act(middle..<node.upperBound, slot: slot + 1)
            actions.append(.add(slot: slot + 1))
        }
        for (slot, node) in nodes.enumerated() { act(node, slot: slot) }
        return actions
    }

    /// The additions that leave the sum of all shards in the place of the first node; together, the nodes cover all
    /// shards.
    static func additions(_ nodes: [Range<Int>], shards: Int) -> [(place: Int, summand: Int)] {
        var additions: [(Int, Int)] = []
        func place(of node: Range<Int>) -> Int {
            if let place = nodes.firstIndex(of: node) { return place }
            let middle = middle(node)
            let left = place(of: node.lowerBound..<middle)
            additions.append((left, place(of: middle..<node.upperBound)))
            return left
        }
        _ = place(of: 0..<shards)
        return additions
    }
}
