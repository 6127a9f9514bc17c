package dev.tallyclerk.registry.layer;

import dev.tallyclerk.testing.Peers;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Python's tarfile, libarchive or GNU tar, in a process that answers one archive after the other. */
final class TarReaderPeer implements Closeable {
    private static final String PROGRAM = "tar-readers/main.py";

    private final String name;
    private final Process process;
    private final DataOutputStream in;
    private final BufferedReader out;

    private TarReaderPeer(String name, Process process) {
        this.name = name;
        this.process = process;
        this.in = new DataOutputStream(process.getOutputStream());
        this.out = process.inputReader(StandardCharsets.UTF_8);
    }

    /**
     * Starts one reader, or skips the running test where it is not installed.
     *
     * @param name {@code python}, {@code libarchive} or {@code gnu}
     */
    static TarReaderPeer start(String name, Path folder) throws IOException {
        Path python = Peers.require("python3");
        Path program = folder.resolve("tar-readers.py");
        try (InputStream source = Objects.requireNonNull(TarReaderPeer.class.getResourceAsStream(PROGRAM), PROGRAM)) {
            Files.copy(source, program, StandardCopyOption.REPLACE_EXISTING);
        }
        Process process = new ProcessBuilder(python.toString(), program.toString(), name)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        TarReaderPeer peer = new TarReaderPeer(name, process);
        if (!"ready".equals(peer.out.readLine())) {
            throw Peers.missing("there is no " + name);
        }
        return peer;
    }

    String name() {
        return name;
    }

    /**
     * An entry as this reader sees it.
     *
     * @param crc the checksum of the content, or "-" where there is none or the reader does not say
     */
    record Entry(char type, String name, String link, long size, String crc) {
        Entry withoutCrc() {
            return new Entry(type, name, link, size, "-");
        }
    }

    /** {@return the entries up to the archive's end, or up to what the reader calls an error} */
    Answer read(byte[] tar) throws IOException {
        in.writeInt(tar.length);
        in.write(tar);
        in.flush();
        List<Entry> entries = new ArrayList<>();
        while (true) {
            String line = Objects.requireNonNull(out.readLine(), "the program has ended");
            if (line.equals("end") || line.startsWith("error")) {
                return new Answer(entries, line.equals("end") ? "" : line);
            }
            String[] words = line.split(" ", -1);
            entries.add(new Entry(
                    words[0].charAt(0),
                    normalised(words[1]),
                    words[2].equals("-") ? "" : words[2],
                    Long.parseLong(words[3]),
                    words[4]));
        }
    }

    /**
     * What a reader makes of an archive.
     *
     * @param error empty at the archive's end
     */
    record Answer(List<Entry> entries, String error) {}

    /** {@return a path in hexadecimal digits without empty names, single dots and slashes at its ends} */
    static String normalised(String hex) {
        List<String> names = new ArrayList<>();
        StringBuilder name = new StringBuilder();
        String text = hex.equals("-") ? "" : hex;
        for (int i = 0; i <= text.length(); i += 2) {
            boolean ends = i == text.length() || text.startsWith("2f", i);
            if (!ends) {
                name.append(text, i, i + 2);
                continue;
            }
            if (!name.isEmpty() && !name.toString().equals("2e")) {
                names.add(name.toString());
            }
            name.setLength(0);
        }
        return String.join("2f", names);
    }

    @Override
    public void close() throws IOException {
        in.close();
        process.destroy();
    }
}
