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
 * @param checks the script that verifies in memory
 * @param refresh the script that refreshes a client's folder
 * @param folder has the repository
 */
record PythonTuf(String python, Path checks, Path refresh, Path folder) {
    /** {@return it, for the repository in that folder, if there is a Python that has it: the first, or the system's} */
    static Optional<PythonTuf> in(Path folder) throws IOException, InterruptedException {
        for (String python : List.of("python3", "/usr/bin/python3")) {
            try {
                Processes.output(List.of(python, "-c", "import tuf"));
            } catch (IOException e) {
                // The next one may.
                continue;
            }
            return Optional.of(new PythonTuf(python, copy("verify.py", folder), copy("refresh.py", folder), folder));
        }
        return Optional.empty();
    }

    private static Path copy(String name, Path folder) throws IOException {
        try (InputStream in = PythonTuf.class.getResourceAsStream("/python/" + name)) {
            if (in == null) {
                throw new IOException(name + " is not among the resources");
            }
            return Files.write(folder.resolve(name), in.readAllBytes());
        }
    }

    /** {@return nanoseconds of CPU time that it needs when it has done so a few times} */
    double warmNanos() throws IOException, InterruptedException {
        return Double.parseDouble(Processes.output(List.of(command("4"))).strip());
    }

    /** {@return the command that does so once} */
    String[] once() {
        return command("1");
    }

    /** {@return the command with which its client refreshes a new folder that has that root} */
    String[] client(Path root) throws IOException {
        Path store = Files.createTempDirectory(folder, "python");
        Files.copy(root, store.resolve("root.json"));
        return new String[] {python, refresh.toString(), folder.toString(), store.toString()};
    }

    private String[] command(String times) {
        return new String[] {python, checks.toString(), folder.toString(), times};
    }
}
