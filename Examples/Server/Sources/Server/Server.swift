// A prediction server: POST /predict with a row of numbers as JSON returns the likeliest class and all probabilities.
import Foundation
import Hummingbird
import Perceptron

struct Request: Decodable {
    /// A raw row, in the order of the columns that the pipeline was trained on; null where a value is missing.
    let row: [Float?]
}

struct Answer: ResponseEncodable {
    let label: String
    let probabilities: [String: Float]
}

@main
struct Server {
    /// usage: Server [MODEL.safetensors [PORT]]      a classifier; without one (or ""), digits are learned first
    static func main() async throws {
        let arguments = CommandLine.arguments
        let model = arguments.count > 1 ? arguments[1] : ""
        let pipeline = try model.isEmpty ? digits() : Pipeline<Float>(contentsOf: URL(filePath: model))
        let port = arguments.count > 2 ? Int(arguments[2]) ?? 8080 : 8080
        let labels = pipeline.labelNames

        let router = Router()
        router.post("predict") { request, context -> Answer in
            let row = try await request.decode(as: Request.self, context: context).row.map { $0 ?? .nan }
            do throws(PerceptronError) {
                // Requests already run in parallel, so each uses one thread; a row takes a few microseconds.
                let output = try pipeline.predict(Matrix([row]), threads: 1).elements
                let likeliest = output.indices.max { output[$0] < output[$1] }!
                return Answer(
                    label: labels[likeliest], probabilities: Dictionary(uniqueKeysWithValues: zip(labels, output)))
            } catch {
                throw HTTPError(.badRequest, message: error.description)
            }
        }
        router.get("health") { _, _ in "ok" }
        try await Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: port), serverName: "perceptron")
        ).runService()
    }

    /// Trains a pipeline on the digits of Examples/Digits, which takes a few seconds.
    private static func digits() throws -> Pipeline<Float> {
        let file = URL(filePath: #filePath).appending(path: "../../../../Digits/digits.csv").standardizedFileURL
        let data = try Dataset<Float>(csv: file, target: "65", targetKind: .classes, header: false)
        var pipeline = Pipeline<Float>(preprocessing: Preprocessing(numeric: .minMax), seed: 1) { features, classes in
            [Linear(features, 128), ReLU(), Linear(128, classes), Softmax()]
        }
        try pipeline.train(on: data, loss: CrossEntropy(), epochs: 20)
        return pipeline
    }
}
