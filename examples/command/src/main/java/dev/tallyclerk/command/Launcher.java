package dev.tallyclerk.command;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.time.Clock;
import java.util.OptionalInt;

/** The main class. Does not refer to picocli, so that runs without it do not load it. */
public final class Launcher {
    private Launcher() {}

    /** Runs the command and ends the program with its exit status. */
    public static void main(String[] args) {
        Charset charset = Charset.forName(
                System.getProperty("stdout.encoding", Charset.defaultCharset().name()));
        ReportOutput output = new ReportOutput(new FileOutputStream(FileDescriptor.out));
        PrintStream out = new PrintStream(new BufferedOutputStream(output), false, charset);
        Terminal terminal = Terminal.of(System.getenv(), System.in, out, System.err, charset);
        Runtime.getRuntime().addShutdownHook(new Thread(terminal.interruption()));
        int status = TufProtocol.failure(args);
        try {
            status = runThroughErrors(terminal, output, Clock.systemUTC(), args);
        } finally {
            terminal.interruption().ended();
        }
        System.exit(status);
    }

    /** Catches errors, because Java would exit with the status of a rejected image. */
    static int runThroughErrors(Terminal terminal, ReportOutput output, Clock clock, String... args) {
        try {
            return run(terminal, output, clock, args);
        } catch (Error e) {
            terminal.err().println("tallyclerk: " + e);
            if (!(e instanceof OutOfMemoryError)) {
                e.printStackTrace(terminal.err());
            }
            return TufProtocol.failure(args);
        }
    }

    /** Runs the command and returns its exit status after its output is written. */
    static int run(Terminal terminal, ReportOutput output, Clock clock, String... args) {
        int status;
        try {
            status = run(terminal, clock, args);
        } finally {
            terminal.out().flush();
        }
        return output.status(status, TufProtocol.failure(args), terminal);
    }

    /** Runs the command and returns its exit status. */
    static int run(Terminal terminal, Clock clock, String... args) {
        OptionalInt status = TufProtocol.run(terminal, clock, args);
        return status.isPresent() ? status.getAsInt() : Main.run(terminal, clock, args);
    }
}
