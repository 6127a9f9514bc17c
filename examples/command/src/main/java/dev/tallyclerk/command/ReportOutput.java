package dev.tallyclerk.command;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Standard output, which remembers why it could not be written: a {@link java.io.PrintStream} says nothing of it. */
final class ReportOutput extends FilterOutputStream {
    private @Nullable IOException failure;

    ReportOutput(OutputStream out) {
        super(out);
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        try {
            out.write(bytes, offset, length);
        } catch (IOException e) {
            if (failure == null) {
                failure = e;
            }
            throw e;
        }
    }

    /**
     * {@return the exit status, given that of a command which could write everything}
     *
     * <p>A reader that closed the pipe has read what it wanted, as {@code head} does; a report on a full disk is none.
     *
     * @param failed the exit status of a command whose report is none
     */
    int status(int whole, int failed, Terminal terminal) {
        if (failure == null || isBrokenPipe(failure)) {
            return whole;
        }
        terminal.err().println("tallyclerk: cannot write to standard output: " + Messages.of(failure));
        return whole == ExitCode.ACCEPTED ? failed : whole;
    }

    private static boolean isBrokenPipe(IOException failure) {
        String message = String.valueOf(failure.getMessage());
        return message.toLowerCase(Locale.ROOT).contains("pipe") || message.equals(BrokenPipe.message());
    }
}
