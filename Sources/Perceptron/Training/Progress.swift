/// What training prints, always on stderr.
public enum Progress: Sendable {
    /// A progress bar if stderr is a terminal, a line per epoch otherwise.
    case automatic
    /// Nothing.
    case silent
}
