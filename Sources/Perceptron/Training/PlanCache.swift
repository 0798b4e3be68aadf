/// The plans of batches, one for each number of rows.
struct PlanCache {
    private let stages: ArraySlice<Network.Stage>
    private let learns: [Bool]
    private let updates: [Range<Int>]?
    private var plans: [Int: Plan] = [:]

    init(stages: ArraySlice<Network.Stage>, learns: [Bool], updates: [Range<Int>]?) {
        self.stages = stages
        self.learns = learns
        self.updates = updates
    }

    mutating func plan(rows: Int) -> Plan {
        if let plan = plans[rows] { return plan }
        let plan = Plan(stages: stages, learns: learns, rows: rows, updates: updates)
        // Limits the memory of a program with batches of many sizes.
        if plans.count >= 16 { plans.removeAll() }
        plans[rows] = plan
        return plan
    }
}
