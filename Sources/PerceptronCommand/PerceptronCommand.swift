import ArgumentParser
import Perceptron

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The command `perceptron`. Results go to standard output, everything else to standard error. It exits with 0; with 1
/// if data or files are at fault; with 2 if the command line is; with 128 plus the number of the signal that ended it.
@main
struct PerceptronCommand: ParsableCommand {
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "perceptron",
        abstract: "Trains models on tables and predicts with them.",
        discussion: """
            perceptron train houses.csv --target price --output price.safetensors
            perceptron predict price.safetensors new.csv > predictions.csv
            perceptron evaluate price.safetensors test.csv
            """,
        version: version,
        subcommands: [
            Train.self, Predict.self, Evaluate.self, CrossValidate.self, Tune.self, Export.self, Info.self,
        ])

    static func main() {
        // A closed pipe ends the command without a message, as it ends others.
        signal(SIGPIPE, SIG_DFL)
        // A file at its size limit is an error like others.
        signal(SIGXFSZ, SIG_IGN)
        var command: any ParsableCommand
        do {
            command = try parseAsRoot()
        } catch {
            end(with: error)
        }
        do {
            try command.run()
        } catch let error as PerceptronError {
            Terminal.note("perceptron: \(error)")
            exitProcess(1)
        } catch {
            end(with: error)
        }
    }

    /// The width of the help, whatever the terminal's width.
    private static let helpColumns = 80

    /// Prints help and versions as results, and anything else as a mistake in the command line.
    private static func end(with error: any Error) -> Never {
        let text = fullMessage(for: error, columns: helpColumns)
        if exitCode(for: error).isSuccess {
            do {
                try Terminal.print(text)
                exitProcess(0)
            } catch {
                Terminal.note("perceptron: \(error)")
                exitProcess(1)
            }
        }
        Terminal.note(text)
        exitProcess(2)
    }
}
