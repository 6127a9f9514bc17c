package dev.tallyclerk.command;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Standard output that remembers the first write error, which {@link java.io.PrintStream} hides. */
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
     * {@return the exit status, given that of the command}
     *
     * <p>A closed pipe is no error: a reader such as {@code head} has what it wants. Any other write error is one.
     *
     * @param whole the exit status of the command if its report was written
     * @param failed the exit status if it was not
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
