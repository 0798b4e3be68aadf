import Foundation
import Testing

@testable import Perceptron

@Suite struct ProgressTests {
    @Test(
        arguments: [
            (3, 20, 141, 938, 1.175, 0.412, "Epoch 3/20:  15%|█▌        | 141/938 [00:01<00:06, 120it/s, loss=0.412]"),
            (1, 5, 0, 938, 0.0, .nan, "Epoch 1/5:   0%|          | 0/938 [00:00<?, ?it/s, loss=nan]"),
            (1, 1, 1, 80, 0.5, 1, "Epoch 1/1:   1%|▏         | 1/80 [00:00<00:39, 2it/s, loss=1]"),
            (1, 1, 7, 80, 0.5, 1, "Epoch 1/1:   8%|▉         | 7/80 [00:00<00:05, 14it/s, loss=1]"),
            (1, 1, 79, 80, 0.5, 1, "Epoch 1/1:  98%|█████████▉| 79/80 [00:00<00:00, 158it/s, loss=1]"),
            (20, 20, 938, 938, 8, 0.25, "Epoch 20/20: 100%|██████████| 938/938 [00:08<00:00, 117it/s, loss=0.25]"),
            // Hours, and steps that take seconds.
            (1, 2, 10, 40, 7325, 2, "Epoch 1/2:  25%|██▌       | 10/40 [2:02:05<6:06:15, 732s/it, loss=2]"),
            (1, 2, 2, 3, 3, 2, "Epoch 1/2:  66%|██████▋   | 2/3 [00:03<00:01, 1.5s/it, loss=2]"),
            // A clock that has not moved yet.
            (1, 1, 1, 1, 0, 2, "Epoch 1/1: 100%|██████████| 1/1 [00:00<00:00, ?it/s, loss=2]"),
        ] as [(Int, Int, Int, Int, Double, Double, String)])
    func bar(
        _ epoch: Int, _ epochs: Int, _ step: Int, _ steps: Int, _ seconds: Double, _ loss: Double, _ text: String
    ) {
        #expect(
            ProgressDisplay.bar(
                epoch: epoch, epochs: epochs, step: step, steps: steps, seconds: seconds, loss: loss) == text)
    }

    @Test(arguments: [1, 2, 3, 7, 45, 999]) func barIsAlwaysAsWide(steps: Int) {
        for step in 0...steps {
            let line = ProgressDisplay.bar(epoch: 1, epochs: 1, step: step, steps: steps, seconds: 1, loss: 1)
            let cells = line.split(separator: "|")[1]
            #expect(cells.count == 10, "step \(step) of \(steps)")
        }
    }

    @Test func summary() {
        #expect(
            ProgressDisplay.summary(epoch: 3, epochs: 20, step: 938, seconds: 7.8, loss: 0.412)
                == "Epoch 3/20: loss=0.412 [938 steps in 00:07, 120it/s]")
        #expect(
            ProgressDisplay.summary(epoch: 1, epochs: 1, step: 1, seconds: 61, loss: .infinity)
                == "Epoch 1/1: loss=inf [1 step in 01:01, 61s/it]")
    }

    @Test(
        arguments: [
            (0, "0"), (1, "1"), (0.41249, "0.412"), (0.001, "0.001"), (1e-9, "1e-09"), (0.00012345, "0.000123"),
            (99.96, "100"), (999.4, "999"), (999.6, "1000"), (1234.4, "1234"), (12345, "12345"), (999_999, "999999"),
            (1e6, "1e+06"), (-2.5, "-2.5"), (-999.7, "-1000"), (.nan, "nan"), (.infinity, "inf"),
        ] as [(Double, String)])
    func threeDigits(_ value: Double, _ text: String) {
        #expect(ProgressDisplay.short(value) == text)
    }

    /// The example, run as a process of its own: its progress is on stderr, and its stdout begins with its results.
    @Test func trainingPrintsNothingOnStdout() async throws {
        // The executables of the package are built beside the tests' resources.
        let digits = Bundle.module.bundleURL.deletingLastPathComponent().appending(path: "Digits")
        try #require(FileManager.default.isExecutableFile(atPath: digits.path), "\(digits.path) is not built")
        let process = Process()
        process.executableURL = digits
        let (output, errors) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        // Each is less than a pipe holds, so that one can be read after the other.
        let results = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        let progress = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        #expect(results.hasPrefix("digit  precision  recall  count"))
        #expect(!results.contains("Epoch"))
        // No terminal: a line for each epoch, without control characters.
        let lines = progress.split(separator: "\n")
        #expect(lines.count == 20)
        for (index, line) in lines.enumerated() {
            #expect(line.hasPrefix("Epoch \(index + 1)/20: loss="))
            #expect(line.hasSuffix("it/s]"))
        }
        #expect(!progress.contains("\r") && !progress.contains("\u{1B}"))
    }
}
