/// Parts of a data set, none of which copies rows.
extension Dataset {
    /// The same rows in a random order, determined by the seed.
    public func shuffled(seed: UInt64) -> Dataset { rows(shuffledRows(seed: seed)) }

    /// Splits the data set into training rows and test rows, each in the order of the data.
    ///
    /// The test part has `rows · testFraction` rows, rounded. If stratified, it has its share of each class, rounded
    /// down, and one more row of the classes with the largest remainders (the lower class of equals). Groups stay
    /// together, and the shares are then as close as possible.
    /// - Parameters:
    ///   - testFraction: between 0 and 1.
    ///   - seed: decides which rows or groups are the test part.
    ///   - stratified: whether each part has its share of each class; if nil, when targets are classes.
    ///   - groups: rows to keep together, unless the data set is already grouped; see ``grouped(by:)``.
    ///   - order: with `.forward`, the last rows are the test part.
    /// - Throws: `PerceptronError.invalidArgument` if a part would have no row, or there are no classes to stratify by;
    ///   as `grouped(by:)` does.
    public func split(
        testFraction: Double, seed: UInt64 = 0, stratified: Bool? = nil, groups: RowGroups? = nil,
        order: SplitOrder = .shuffled
    ) throws(PerceptronError) -> (training: Dataset, test: Dataset) {
        if let groups {
            return try grouped(by: groups).split(
                testFraction: testFraction, seed: seed, stratified: stratified, order: order)
        }
        guard testFraction > 0, testFraction < 1 else {
            throw .invalidArgument("the test fraction is \(testFraction); it must be between 0 and 1")
        }
        let testRows = Int((Double(rows) * testFraction).rounded())
        guard testRows > 0, testRows < rows else {
            throw .invalidArgument(
                "\(testRows) of \(counted(rows, "row")) would be test rows and \(rows - testRows) training rows; "
                    + "at least one of each is needed"
            )
        }
        let isTest: [Bool]
        if order == .forward {
            try checkForward(stratified)
            isTest = (0..<rows).map { $0 >= rows - testRows }
        } else if let groupOfRow = self.groups {
            let part = try partOfEachRow(
                groupOfRow, shares: [1 - testFraction, testFraction], seed, stratified, called: "part")
            isTest = part.map { $0 == 1 }
        } else {
            let strata = try strata(of: shuffledRows(seed: seed), stratified)
            isTest = Stratification.draw(testRows, of: strata, rows: rows)
        }
        return (rows((0..<rows).filter { !isTest[$0] }), rows((0..<rows).filter { isTest[$0] }))
    }

    /// Splits the data set into folds for cross-validation: `count` pairs of training and validation rows.
    ///
    /// If shuffled, each row is in one validation part and in the training parts of all other folds. The sizes of the
    /// validation parts differ by at most one, and in stratified folds so do their numbers of rows of each class
    /// (scikit-learn's `KFold` and `StratifiedKFold`, shuffled). Groups stay together, and sizes and classes are then
    /// as even as possible (`GroupKFold` and `StratifiedGroupKFold`).
    ///
    /// With `.forward`, the rows are divided into `count` + 1 parts of equal length, of which the first may be longer.
    /// Each part but the first is a validation part; its training rows are all rows before it (`TimeSeriesSplit`).
    ///
    /// All parts are in the order of the data.
    /// - Parameters:
    ///   - count: at least 2, and at most as many as there are rows, or groups; one less with `.forward`.
    ///   - seed: decides which rows or groups share a fold.
    ///   - stratified: whether each class is spread evenly; if nil, when targets are classes.
    ///   - groups: rows to keep together, unless the data set is already grouped; see ``grouped(by:)``.
    ///   - order: whether rows are shuffled, or in the order of time.
    /// - Throws: `PerceptronError.invalidArgument` if there are too few rows or groups, or no classes to stratify by; as
    ///   `grouped(by:)` does.
    public func folds(
        _ count: Int, seed: UInt64 = 0, stratified: Bool? = nil, groups: RowGroups? = nil,
        order: SplitOrder = .shuffled
    ) throws(PerceptronError) -> [(training: Dataset, validation: Dataset)] {
        if let groups {
            return try grouped(by: groups).folds(count, seed: seed, stratified: stratified, order: order)
        }
        return folds(
            count, of: try foldOfEachRow(count, seed: seed, stratified: stratified, order: order), order: order)
    }

    /// The fold in which each row is validated on, counted from 0; nil if it is in none.
    func foldOfEachRow(
        _ count: Int, seed: UInt64, stratified: Bool?, order: SplitOrder
    ) throws(PerceptronError) -> [Int?] {
        if order == .forward {
            try checkForward(stratified)
            guard count >= 2, count < rows else {
                throw .invalidArgument(
                    "\(counted(count, "fold")) of \(counted(rows, "row")) in the order of time; the number must "
                        + "be between 2 "
                        + "and one less than the rows")
            }
            let size = rows / (count + 1)
            let first = rows - count * size
            return (0..<rows).map { $0 < first ? nil : ($0 - first) / size }
        }
        guard count >= 2, count <= rows else {
            throw .invalidArgument(
                "\(counted(count, "fold")) of \(counted(rows, "row")); the number must be between 2 and that of "
                    + "the rows"
            )
        }
        if let groups {
            return try partOfEachRow(
                groups, shares: [Double](repeating: 1, count: count), seed, stratified, largestFirst: true,
                called: "fold")
        }
        // Dealing the rows out, class after class, spreads both the classes and the whole evenly.
        var fold = [Int](repeating: 0, count: rows)
        for (position, row) in try strata(of: shuffledRows(seed: seed), stratified).joined().enumerated() {
            fold[row] = position % count
        }
        return fold
    }

    func folds(
        _ count: Int, of foldOfRow: [Int?], order: SplitOrder
    ) -> [(training: Dataset, validation: Dataset)] {
        (0..<count).map { fold in
            let validated = (0..<rows).filter { foldOfRow[$0] == fold }
            let trained =
                switch order {
                case .shuffled: (0..<rows).filter { foldOfRow[$0] != fold }
                case .forward: Array(0..<validated[0])
                }
            return (rows(trained), rows(validated))
        }
    }

    /// The part into which each row comes with its group.
    /// - Parameters:
    ///   - largestFirst: whether the parts are to be as even as can be, rather than drawn.
    ///   - name: what a message calls a part.
    private func partOfEachRow(
        _ groupOfRow: [Int], shares: [Double], _ seed: UInt64, _ stratified: Bool?, largestFirst: Bool = false,
        called name: String
    ) throws(PerceptronError) -> [Int] {
        // A part of a data set may have none of some groups.
        let groupOfRow = GroupAllocation.numbered(groupOfRow)
        let allocation = GroupAllocation(
            groupOfRow: groupOfRow, classOfRow: try classesToStratifyBy(stratified), classCount: classCount)
        let groups = allocation.counts.count
        guard shares.count <= groups else {
            throw .invalidArgument(
                "\(counted(shares.count, name)) of \(counted(groups, "group")); there can't be more than groups, "
                    + "which stay together")
        }
        var generator = RandomGenerator(seed: seed)
        let order = allocation.drawn(using: &generator)
        let parts = allocation.parts(shares: shares, order: largestFirst ? allocation.largestFirst(order) : order)
        return groupOfRow.map { parts[$0] }
    }

    private func shuffledRows(seed: UInt64) -> [Int] {
        var generator = RandomGenerator(seed: seed)
        var order = Array(0..<rows)
        generator.shuffle(&order)
        return order
    }

    /// The rows of each class, in the given order; all in one group if not stratified.
    private func strata(of order: [Int], _ stratified: Bool?) throws(PerceptronError) -> [[Int]] {
        guard let classes = try classesToStratifyBy(stratified) else { return [order] }
        return Stratification.groups(of: order, classCount: classCount) { classes[$0] }
    }

    /// The class of each row, if parts are stratified.
    func classesToStratifyBy(_ stratified: Bool?) throws(PerceptronError) -> [Int]? {
        let classes = classes
        guard stratified ?? (classes != nil) else { return nil }
        guard let classes else {
            throw .invalidArgument("stratified parts need targets that are classes; these are not")
        }
        return classes
    }

    /// Throws if parts that follow each other can't be what they are asked to be.
    private func checkForward(_ stratified: Bool?) throws(PerceptronError) {
        if stratified == true {
            throw .invalidArgument("parts in the order of time can't be stratified: their rows are not drawn at random")
        }
        if storage.groups != nil {
            throw .invalidArgument(
                "groups can't stay together in parts in the order of time: a group's rows may lie before and after a cut"
            )
        }
    }
}
