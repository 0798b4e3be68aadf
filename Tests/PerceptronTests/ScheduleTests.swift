import Foundation
import TestSupport
import Testing

@testable import Perceptron

@Suite struct ScheduleTests {
    struct File: Decodable {
        let losses: [Double]
        let rates: [String: [Double]]
    }

    static let file: File = {
        let url = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden/schedules.json")
        return (try? JSONDecoder().decode(File.self, from: Data(contentsOf: url))) ?? File(losses: [], rates: [:])
    }()

    static let schedules: [(name: String, schedule: Schedule, text: String)] = [
        ("step", .step(from: 0.1, every: 30, factor: 0.3), ".step(from: 0.1, every: 30, factor: 0.3)"),
        (
            "multiStep", .multiStep(from: 0.1, at: [20, 21, 150], factor: 0.2),
            ".multiStep(from: 0.1, at: [20, 21, 150], factor: 0.2)"
        ),
        ("exponential", .exponential(from: 0.1, factor: 0.97), ".exponential(from: 0.1, factor: 0.97)"),
        ("polynomial", .polynomial(from: 0.1, power: 2.5), ".polynomial(from: 0.1, to: 0.0, power: 2.5)"),
        (
            "polynomial, short", .polynomial(from: 0.1, over: 120),
            ".polynomial(from: 0.1, to: 0.0, power: 1.0, over: 120)"
        ),
        ("cosine", .cosine(from: 0.1, to: 0.01), ".cosine(from: 0.1, to: 0.01)"),
        ("cosine, warm-up", .cosine(from: 0.1, warmUp: 25), ".cosine(from: 0.1, to: 0.0).warmUp(25)"),
        (
            "cosine with restarts", .cosineWithRestarts(from: 0.1, to: 0.001, first: 30),
            ".cosineWithRestarts(from: 0.1, to: 0.001, first: 30, multiplier: 1)"
        ),
        (
            "cosine with longer restarts", .cosineWithRestarts(from: 0.1, first: 20, multiplier: 2),
            ".cosineWithRestarts(from: 0.1, to: 0.0, first: 20, multiplier: 2)"
        ),
        (
            "one cycle", .oneCycle(maximum: 0.5, over: 201),
            ".oneCycle(maximum: 0.5, rise: 0.3, divisor: 25.0, finalDivisor: 10000.0, over: 201)"
        ),
        (
            "one cycle, others", .oneCycle(maximum: 0.5, rise: 0.1, divisor: 5, finalDivisor: 100, over: 201),
            ".oneCycle(maximum: 0.5, rise: 0.1, divisor: 5.0, finalDivisor: 100.0, over: 201)"
        ),
        (
            "sequence", .constant(0.1).then(.exponential(from: 0.1, factor: 0.95), after: 70),
            ".constant(0.1).then(.exponential(from: 0.1, factor: 0.95), after: 70)"
        ),
        (
            "flat then cosine", .flatThenCosine(from: 0.1, flat: 0.6), ".flatThenCosine(from: 0.1, to: 0.0, flat: 0.6)"
        ),
        ("coslog4", .coslog4(0.1), ".coslog4(0.1)"),
    ]

    @Test(arguments: schedules.indices) func asInPyTorch(_ index: Int) throws {
        let (name, schedule, text) = Self.schedules[index]
        let expected = try #require(Self.file.rates[name])
        let found = (1...200).map { schedule.rate(at: $0, of: 200) }
        #expect(firstDifference(found, expected, relative: 1e-10, floor: 1e-5) == nil, "\(name)")
        #expect("\(schedule)" == text)
        #expect(try JSONDecoder().decode(Schedule.self, from: JSONEncoder().encode(schedule)) == schedule)
        // Composed, each is what it is by itself.
        let (scaled, later) = (schedule * 0.5, Schedule.constant(3).then(schedule, after: 7))
        for update in [1, 2, 33, 200] {
            #expect(scaled.rate(at: update, of: 200) == found[update - 1] * 0.5)
            #expect(later.rate(at: update + 7, of: 207) == found[update - 1])
        }
        #expect("\(scaled)" == text + " * 0.5")
        try schedule.validate(owner: "SGD")
        try schedule.check(updates: 200, owner: "SGD")
    }

    @Test func numbersAreConstantSchedules() {
        let (float, integer): (Schedule, Schedule) = (0.25, 2)
        #expect(float == .constant(0.25) && integer == .constant(2))
        #expect(float.rate(at: 1, of: 9) == 0.25 && integer.rate(at: 9, of: 9) == 2)
        #expect("\(float)" == "0.25")
        #expect("\(float * 2)" == ".constant(0.25) * 2.0")
        #expect("\((float * 2).warmUp(3))" == "(.constant(0.25) * 2.0).warmUp(3)")
    }

    @Test func oneOfOnesOwn() {
        let schedule = Schedule.custom("halves") { update, total in Double(update) / Double(total) }
        #expect(schedule.rate(at: 3, of: 6) == 0.5)
        #expect("\(schedule)" == ".custom(halves)")
        #expect(schedule == .custom("halves") { _, _ in 0 })
        let error = #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(Schedule.self, from: JSONEncoder().encode(schedule))
        }
        #expect(JSONCoding.reason(error!).contains("'halves' is a function, which can't be stored in a file"))
    }

    @Test func whatComesFromTheEpochs() {
        #expect(Schedule.cosine(from: 1).needsTotal)
        #expect(Schedule.cosine(from: 1, warmUp: 3).needsTotal)
        #expect(Schedule.constant(1).then(.coslog4(1), after: 3).needsTotal)
        #expect((Schedule.oneCycle(maximum: 1) * 2).needsTotal)
        #expect(!Schedule.cosine(from: 1, over: 10).needsTotal)
        #expect(!Schedule.step(from: 1, every: 2).needsTotal)
        // Beyond its end it stays there.
        #expect(Schedule.cosine(from: 1, to: 0.5, over: 10).rate(at: 40, of: 100) == 0.5)
        #expect(Schedule.polynomial(from: 1, to: 0.25, over: 10).rate(at: 40, of: 100) == 0.25)
    }

    /// The rates of a run's updates are those of PyTorch when epochs end with the losses that it was given.
    @Test func plateaus() throws {
        let schedule = Schedule.reduceOnPlateau(
            from: 0.1, factor: 0.3, patience: 2, threshold: 1e-3, cooldown: 1, minimum: 0.005)
        let plateau = try #require(schedule.plateau)
        var position = SchedulePosition()
        var found: [Double] = []
        for loss in Self.file.losses {
            for _ in 0..<10 { found.append(schedule.rate(position.place(ofUpdate: found.count + 1))) }
            plateau.see(loss, &position.plateau)
        }
        let expected = try #require(Self.file.rates["plateau"])
        #expect(firstDifference(found, expected, relative: 1e-10, floor: 1e-6) == nil)
        #expect(Set(expected).count > 3)
        #expect(Schedule.constant(1).plateau == nil)
        #expect(
            "\(schedule)" == ".reduceOnPlateau(from: 0.1, factor: 0.3, patience: 2, threshold: 0.001, cooldown: 1, "
                + "minimum: 0.005)")
        #expect(try JSONDecoder().decode(Schedule.self, from: JSONEncoder().encode(schedule)) == schedule)
        // A number that is negative is better when it is further below 0; NaN never is.
        var memory = Plateau.Memory()
        for value in [Double.nan, -0.5, -0.6] { plateau.see(value, &memory) }
        #expect(memory.best == -0.6 && memory.badEpochs == 0)
        // By less than the threshold is not better.
        plateau.see(-0.6005, &memory)
        #expect(memory.best == -0.6 && memory.badEpochs == 1)
        // Rates that are below the minimum by themselves stay so.
        let low = Schedule.reduceOnPlateau(from: .exponential(from: 0.01, factor: 0.25), minimum: 0.005)
        #expect([1, 2].map { low.rate(at: $0, of: 2) } == [0.01, 0.0025])
    }

    static let mistakes: [(Schedule, String)] = [
        (0, "SGD: the learning rate is 0.0; it must be positive and finite"),
        (-1, "SGD: the learning rate is -1.0; it must be positive and finite"),
        (
            .step(from: 1, every: 0),
            "SGD: 'every' of the learning rate .step(from: 1.0, every: 0, factor: 0.1) is 0; it must be at least 1"
        ),
        (
            .multiStep(from: 1, at: [3, -2]),
            "SGD: an update of the learning rate .multiStep(from: 1.0, at: [3, -2], factor: 0.1) is -2; it must be at least 1"
        ),
        (
            .flatThenCosine(from: 1, flat: 1),
            "SGD: the flat part of the learning rate .flatThenCosine(from: 1.0, to: 0.0, flat: 1.0) is 1.0; it must be at "
                + "least 0 and below 1"
        ),
        (
            .constant(1).warmUp(-3),
            "SGD: the warm-up of the learning rate .constant(1.0).warmUp(-3) is -3; it must be at least 1"
        ),
        (
            .cosine(from: 1, to: -0.1, over: 3),
            "SGD: the learning rate .cosine(from: 1.0, to: -0.1, over: 3) is -0.1 at update 4 of 6; it must be finite and "
                + "not negative"
        ),
        (
            .exponential(from: 1, factor: -2),
            "SGD: the learning rate .exponential(from: 1.0, factor: -2.0) is -2.0 at update 2 of 6; it must be finite and "
                + "not negative"
        ),
        (
            .custom("rises") { update, _ in update < 6 ? 1 : .infinity },
            "SGD: the learning rate .custom(rises) is inf at update 6 of 6; it must be finite and not negative"
        ),
        (
            .reduceOnPlateau(from: 1, factor: 1.5),
            "SGD: the factor of the learning rate .reduceOnPlateau(from: 1.0, factor: 1.5, patience: 10, threshold: 0.0001, "
                + "cooldown: 0, minimum: 0.0) is 1.5; it must be above 0 and below 1"
        ),
        (
            .oneCycle(maximum: 1, rise: 1),
            "SGD: the rise of the learning rate .oneCycle(maximum: 1.0, rise: 1.0, divisor: 25.0, finalDivisor: 10000.0) is "
                + "1.0; it must be above 0 and below 1"
        ),
    ]

    /// Before training, the model stays as it was.
    @Test(arguments: mistakes.indices) func mistakesAreFoundBeforeTraining(_ index: Int) throws {
        let (schedule, message) = Self.mistakes[index]
        var model = try MLP<Double>([Linear(3, 2)], seed: 1)
        let before = model.parameters
        let (x, y) = (Matrix<Double>(rows: 6, columns: 3), Matrix<Double>(rows: 6, columns: 2))
        let found = errorMessage {
            try model.train(
                inputs: x, targets: y, loss: MeanSquaredError(), optimizer: SGD(learningRate: schedule), epochs: 3,
                batchSize: 3, progress: .silent)
        }
        #expect(found == message)
        #expect(model.parameters == before)
    }

    /// A run's updates get the rates of the schedule over all of its epochs, and a new run begins it anew.
    @Test func aRunFollowsItsSchedule() throws {
        let (x, y) = (
            Matrix<Double>(rows: 7, columns: 1, repeating: 1), Matrix<Double>(rows: 7, columns: 1, repeating: 2)
        )
        let schedule = Schedule.cosine(from: 0.1, to: 0.01, warmUp: 2)
        var trainer = try Trainer(
            model: MLP<Double>([Linear(1, 1)]), loss: MeanSquaredError(), optimizer: SGD(learningRate: schedule))
        let rates = Locked<[Double]>([])
        let record = TrainingCallback<Double>.everyStep { report in
            rates.withLock { $0.append(report.trainer.engine.parameters.learningRate) }
            return .proceed
        }
        for _ in 0..<2 {
            try trainer.train(inputs: x, targets: y, epochs: 4, batchSize: 3, callbacks: [record], progress: .silent)
            let found = rates.withLock { rates in
                defer { rates = [] }
                return rates
            }
            #expect(found == (1...12).map { schedule.rate(at: $0, of: 12) })
        }
        let message = errorMessage { try trainer.step(inputs: x, targets: y) }
        #expect(
            message
                == "SGD: the learning rate .cosine(from: 0.1, to: 0.01).warmUp(2) depends on the length of the "
                + "training, which single steps don't know; give it 'over:', a number of updates")
        // By itself a step has the rate of its number.
        var single = try Trainer(
            model: MLP<Double>([Linear(1, 1)]), loss: MeanSquaredError(),
            optimizer: SGD(learningRate: .step(from: 0.1, every: 2)))
        for expected in [0.1, 0.1, 0.1 * 0.1] {
            try single.step(inputs: x, targets: y)
            #expect(single.engine.parameters.learningRate == expected)
        }
    }
}
