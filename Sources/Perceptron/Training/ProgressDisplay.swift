#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The progress of training on stderr: a bar, drawn at most ten times per second, or a line per epoch.
final class ProgressDisplay {
    enum Style {
        case bar, lines, silent

        init(_ progress: Progress) {
            switch progress {
            case .silent: self = .silent
            case .automatic: self = isatty(STDERR_FILENO) == 1 ? .bar : .lines
            }
        }
    }

    private let style: Style
    private let epochs: Int
    private let steps: Int
    private let clock = ContinuousClock()
    private var epoch = 0
    private var step = 0
    private var loss = Double.nan
    private var start: ContinuousClock.Instant
    private var nextRedraw: ContinuousClock.Instant

    init(_ progress: Progress, epochs: Int, steps: Int) {
        style = Style(progress)
        self.epochs = epochs
        self.steps = steps
        start = clock.now
        nextRedraw = start
    }

    func begin(epoch: Int) {
        self.epoch = epoch
        step = 0
        loss = .nan
        if style == .silent { return }
        start = clock.now
        if epoch == 1 { nextRedraw = start }
    }

    func advance(step: Int, loss: Double) {
        self.step = step
        self.loss = loss
        guard style == .bar else { return }
        let now = clock.now
        guard now >= nextRedraw else { return }
        nextRedraw = now + .milliseconds(100)
        StandardError.write("\r" + line(at: now) + "\u{1B}[K")
    }

    /// Ends the line of the epoch, complete or not; `evaluated` are its numbers besides the loss.
    func end(_ evaluated: [(name: String, value: Double)] = []) {
        let addition = evaluated.map { ", \($0.name)=\(ProgressDisplay.short($0.value))" }.joined()
        switch style {
        case .silent: return
        case .bar: StandardError.write("\r" + line(at: clock.now) + addition + "\u{1B}[K\n")
        case .lines: StandardError.write(line(at: clock.now) + addition + "\n")
        }
    }

    private func line(at now: ContinuousClock.Instant) -> String {
        let elapsed = (now - start) / .seconds(1)
        return style == .bar
            ? ProgressDisplay.bar(
                epoch: epoch, epochs: epochs, step: step, steps: steps, seconds: elapsed, loss: loss)
            : ProgressDisplay.summary(epoch: epoch, epochs: epochs, step: step, seconds: elapsed, loss: loss)
    }

    // MARK: Text

    /// `Epoch 3/20:  15%|█▌        | 141/938 [00:01<00:06, 120it/s, loss=0.412]`, like tqdm.
    static func bar(epoch: Int, epochs: Int, step: Int, steps: Int, seconds: Double, loss: Double) -> String {
        bar("Epoch \(epoch)/\(epochs)", step: step, steps: steps, seconds: seconds, also: ", loss=\(short(loss))")
    }

    static func bar(_ title: String, step: Int, steps: Int, seconds: Double, also addition: String = "") -> String {
        let width = 10
        let eighths = steps > 0 ? step * width * 8 / steps : width * 8
        var bar = String(repeating: "█", count: eighths / 8)
        if eighths % 8 > 0 { bar.append(Array("▏▎▍▌▋▊▉")[eighths % 8 - 1]) }
        bar += String(repeating: " ", count: width - bar.count)
        let percent = pad(String(steps > 0 ? step * 100 / steps : 100), to: 3)
        let remaining = step > 0 ? time(seconds / Double(step) * Double(steps - step)) : "?"
        return "\(title): \(percent)%|\(bar)| \(step)/\(steps) "
            + "[\(time(seconds))<\(remaining), \(rate(step, seconds))\(addition)]"
    }

    /// `Epoch 3/20: loss=0.412 [938 steps in 00:08, 120it/s]`
    static func summary(epoch: Int, epochs: Int, step: Int, seconds: Double, loss: Double) -> String {
        "Epoch \(epoch)/\(epochs): loss=\(short(loss)) "
            + "[\(step) step\(step == 1 ? "" : "s") in \(time(seconds)), \(rate(step, seconds))]"
    }

    private static func rate(_ steps: Int, _ seconds: Double) -> String {
        guard steps > 0, seconds > 0 else { return "?it/s" }
        let perSecond = Double(steps) / seconds
        return perSecond >= 1 ? "\(short(perSecond))it/s" : "\(short(1 / perSecond))s/it"
    }

    static func time(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds < 1e9 else { return "?" }
        let whole = Int(seconds)
        let (hours, minutes) = (whole / 3600, whole / 60 % 60)
        let text = "\(pad(String(minutes), to: 2, with: "0")):\(pad(String(whole % 60), to: 2, with: "0"))"
        return hours > 0 ? "\(hours):\(text)" : text
    }

    /// Three significant digits, without an exponent from a thousandth to a million.
    static func short(_ value: Double) -> String {
        guard value.isFinite else { return "\(value)" }
        // %.3g would round 999.5 to 1e+03.
        if abs(value) >= 999.5, abs(value) < 1e6 { return String(Int(value.rounded())) }
        return withVaList([value]) { arguments in
            var text = [CChar](repeating: 0, count: 32)
            let length = vsnprintf(&text, text.count, "%.3g", arguments)
            return String(decoding: text.prefix(Int(length)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
    }

    private static func pad(_ text: String, to width: Int, with character: Character = " ") -> String {
        String(repeating: character, count: max(0, width - text.count)) + text
    }
}
