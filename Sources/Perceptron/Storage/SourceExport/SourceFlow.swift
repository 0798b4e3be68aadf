/// What a program does to a row: a sequence of steps, each of which reads values that exist already and writes one.
struct SourceFlow: Sendable {
    struct Stage: Sendable {
        let step: SourceStep
        /// The values that it reads. A step in place overwrites the first.
        var reads: [Int]
        /// The value that it writes, or of which it writes a part.
        let writes: Int
    }

    private(set) var stages: [Stage] = []
    /// The size of each value; the value of index 0 is the input.
    private(set) var widths: [Int]
    /// The value that is the output.
    private(set) var result = 0

    init(inputs: Int) { widths = [inputs] }

    /// Appends a step that reads the output so far.
    mutating func append(_ step: SourceStep) {
        append(step, reads: [result], writes: newValue(step.outputs))
    }

    /// Appends a step; the value that it writes is the output, until another step is appended.
    mutating func append(_ step: SourceStep, reads: [Int], writes: Int) {
        stages.append(Stage(step: step, reads: reads, writes: writes))
        result = writes
    }

    /// Makes an existing value the output.
    mutating func end(with value: Int) { result = value }

    mutating func newValue(_ width: Int) -> Int {
        widths.append(width)
        return widths.count - 1
    }

    /// The same flow, with a copy wherever a step would overwrite the input, or a value that is still to be read.
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

    /// The memory places of the values.
    var places: ValuePlaces {
        ValuePlaces(
            stages.map { ValuePlaces.Step(reads: $0.reads, writes: $0.writes, canOverwrite: $0.step.isInPlace) },
            widths: widths, result: result)
    }
}
