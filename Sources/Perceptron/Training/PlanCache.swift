/// The plans of batches, one for each number of rows that came.
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
        // A program that steps through batches of every size must not collect plans for ever.
        if plans.count >= 16 { plans.removeAll() }
        plans[rows] = plan
        return plan
    }
}
