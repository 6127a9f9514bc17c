package dev.tallyclerk.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Verifies a repository's metadata with python-tuf.
 *
 * @param python the program
 * @param script what it runs
 * @param folder has the repository
 */
record PythonTuf(String python, Path script, Path folder) {
    /** {@return it, for the repository in that folder, if there is a Python that has it: the first, or the system's} */
    static Optional<PythonTuf> in(Path folder) throws IOException, InterruptedException {
        for (String python : List.of("python3", "/usr/bin/python3")) {
            try {
                Processes.output(List.of(python, "-c", "import tuf"));
            } catch (IOException e) {
                // The next one may.
                continue;
            }
            Path script = folder.resolve("verify.py");
            try (InputStream in = PythonTuf.class.getResourceAsStream("/python/verify.py")) {
                if (in == null) {
                    throw new IOException("the script is not among the resources");
                }
                Files.write(script, in.readAllBytes());
            }
            return Optional.of(new PythonTuf(python, script, folder));
        }
        return Optional.empty();
    }

    /** {@return nanoseconds of CPU time that it needs when it has done so a few times} */
    double warmNanos() throws IOException, InterruptedException {
        return Double.parseDouble(Processes.output(List.of(command("4"))).strip());
    }

    /** {@return the command that does so once} */
    String[] once() {
        return command("1");
    }

    private String[] command(String times) {
        return new String[] {python, script.toString(), folder.toString(), times};
    }
}
