/// What a program does to a row: steps in their order, each of which reads values that were there before it and writes one.
struct SourceFlow: Sendable {
    struct Stage: Sendable {
        let step: SourceStep
        /// The values that it reads. What works in place writes over the first.
        var reads: [Int]
        /// The value that it writes, or writes a part of.
        let writes: Int
    }

    private(set) var stages: [Stage] = []
    /// How many numbers each value has; that of index 0 comes in.
    private(set) var widths: [Int]
    /// The value that goes out.
    private(set) var result = 0

    init(inputs: Int) { widths = [inputs] }

    /// Appends a step that takes what has come out so far.
    mutating func append(_ step: SourceStep) {
        append(step, reads: [result], writes: newValue(step.outputs))
    }

    /// Appends a step; what it writes comes out, until another is appended.
    mutating func append(_ step: SourceStep, reads: [Int], writes: Int) {
        stages.append(Stage(step: step, reads: reads, writes: writes))
        result = writes
    }

    /// A value that is there already comes out.
    mutating func end(with value: Int) { result = value }

    mutating func newValue(_ width: Int) -> Int {
        widths.append(width)
        return widths.count - 1
    }

    /// The same, with a copy wherever a step would write over what comes in, or what is still to be read.
    var protected: SourceFlow {
        var flow = self
        flow.stages = []
        var lastReads = [Int](repeating: -1, count: widths.count)
        for (index, stage) in stages.enumerated() {
            for value in stage.reads { lastReads[value] = index }
        }
        for (index, stage) in stages.enumerated() {
            var stage = stage
            let value = stage.reads[0]
            let isReadElsewhere = lastReads[value] > index || stage.reads.dropFirst().contains(value)
            if stage.step.isInPlace, value == 0 || isReadElsewhere {
                let width = widths[value]
                let copy = SourceStep(
                    .call(.copy), from: width, to: width, "\(value == 0 ? "The inputs" : "A copy"), to be changed")
                stage.reads[0] = flow.newValue(width)
                flow.append(copy, reads: [value], writes: stage.reads[0])
            }
            flow.stages.append(stage)
        }
        flow.result = result
        if flow.stages.isEmpty { flow.append(SourceStep(.call(.copy), from: widths[0], to: widths[0], "The inputs")) }
        return flow
    }

    /// Where the values are.
    var places: ValuePlaces {
        ValuePlaces(
            stages.map { ValuePlaces.Step(reads: $0.reads, writes: $0.writes, canOverwrite: $0.step.isInPlace) },
            widths: widths, result: result)
    }
}
