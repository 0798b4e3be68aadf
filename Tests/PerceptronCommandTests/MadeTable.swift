import Foundation
import Perceptron

/// Small tables that the tests make up.
enum MadeTable {
    /// What would be markup, where it stands as it is.
    static let columns = ["<script>alert(\"x\")</script>", "a & b", "it's </table>", "&lt;b&gt;"]
    static let classes = ["<b>yes</b> & \"no\"", "</td><td>", "it's"]
    static let target = "kind <img src='x' onerror=\"y\"> & co"
    static let category = "<i>&amp;</i>"
    /// Can be the name of a file wherever these tests run.
    static let fileName = "R&D <script> \"1\" 'x'.csv"

    /// Classes, columns and a target with names that want to be markup.
    static func hostile() -> String {
        var generator = RandomGenerator(seed: 3)
        var lines = [(columns + [target]).map(quoted).joined(separator: ",")]
        for row in 0..<60 {
            let number = row % 3
            let numbers = (0..<3).map { "\(Double(number) * Double($0) + generator.nextUniform())" }
            lines.append(
                (numbers + [quoted(row % 2 == 0 ? category : "other"), quoted(classes[number])]).joined(separator: ","))
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Classes that overlap, and rows that count for more than one.
    static func weighted() -> String {
        var generator = RandomGenerator(seed: 4)
        var lines = ["x,y,weight,kind"]
        for row in 0..<120 {
            let number = row % 3
            let (x, y) = (Double(number) + 2 * generator.nextUniform(), generator.nextUniform())
            lines.append("\(x),\(y),\(Double(row % 4) / 2 + 0.5),\(["one", "two", "three"][number])")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// So many values of a noisy line.
    static func line(rows: Int) -> String {
        var generator = RandomGenerator(seed: 5)
        var lines = ["x,noise,y"]
        for _ in 0..<rows {
            let x = generator.nextUniform()
            lines.append("\(x),\(generator.nextUniform()),\(3 * x + 0.1 * generator.nextUniform())")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Values of 30 customers, who have six rows each; a text names them.
    static func customers() -> String {
        var generator = RandomGenerator(seed: 6)
        var lines = ["customer,x,y"]
        for row in 0..<180 {
            let x = generator.nextUniform()
            lines.append("customer \(row * 7 % 30),\(x),\(2 * x + 0.2 * generator.nextUniform())")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func quoted(_ text: String) -> String { "\"" + text.replacing("\"", with: "\"\"") + "\"" }
}
