package dev.tallyclerk.trust.store;

import dev.tallyclerk.testing.JavaProcess;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.time.Duration;

/** A Java process of its own that looks whether a folder is free. */
final class ClaimingProcess {
    private ClaimingProcess() {}

    /** {@return whether another process could use the folder now} */
    static boolean findsFree(Path folder) throws IOException, InterruptedException {
        Process process = JavaProcess.start(ClaimingProcess.class, folder.toString());
        int said = process.getInputStream().read();
        process.waitFor();
        if (said != '+' && said != '-') {
            throw new IOException("the other process has found out nothing");
        }
        return said == '+';
    }

    /** Prints a plus if it can use the folder and a minus if not. */
    public static void main(String[] arguments) throws IOException {
        char said = '+';
        try (MetadataStore.Claim claim =
                MetadataStore.inDirectory(Path.of(arguments[0]), Duration.ZERO).claim()) {
            said = claim == null ? '-' : '+';
        } catch (FileSystemException e) {
            said = '-';
        }
        System.out.write(said);
        System.out.flush();
    }
}
