package dev.tallyclerk.examples;

import dev.tallyclerk.digest.Digest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * Makes the image that the project ships: a static program of ours that says hello, as an OCI layout, and a copy of it
 * with one bit of a layer flipped. {@link HelloImageTest} says how to write both again.
 */
final class HelloImage {
    static final String GREETING = "Hello from an image that tallyclerk has verified.\n";

    private static final String CREATED = "2026-11-25T00:00:00Z";
    private static final String LAYER = "application/vnd.oci.image.layer.v1.tar+gzip";
    private static final int LOAD_ADDRESS = 0x400000;

    private HelloImage() {}

    /** {@return the uncompressed layers, the lowest first} */
    static List<byte[]> layers() {
        byte[] accounts = new Tar()
                .folder("etc/")
                .file("etc/group", 0644, "root:x:0:\nhello:x:10001:\n")
                .file("etc/passwd", 0644, "root:x:0:0:root:/:/nonexistent\nhello:x:10001:10001:hello:/:/nonexistent\n")
                .finish();
        byte[] hello = new Tar().file("hello", 0755, program()).finish();
        return List.of(accounts, hello);
    }

    /** Writes the layout, overwriting what is there. */
    static void write(Path folder) throws IOException {
        StringBuilder diffIds = new StringBuilder();
        StringBuilder descriptors = new StringBuilder();
        for (byte[] layer : layers()) {
            String separator = diffIds.isEmpty() ? "" : ",";
            diffIds.append(separator).append('"').append(Digest.sha256Of(layer)).append('"');
            descriptors.append(separator).append(describe(LAYER, blob(folder, gzip(layer))));
        }
        byte[] config = blob(folder, utf8(config(diffIds.toString())));
        byte[] manifest = blob(
                folder, utf8("""
                {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":%s,"layers":[%s]}""".formatted(describe("application/vnd.oci.image.config.v1+json", config), descriptors)));
        String entry = describe("application/vnd.oci.image.manifest.v1+json", manifest);
        Files.writeString(folder.resolve("index.json"), """
                {"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[%s,\
                "platform":{"architecture":"amd64","os":"linux"},\
                "annotations":{"org.opencontainers.image.ref.name":"1.0"}}]}""".formatted(entry.substring(0, entry.length() - 1)));
        Files.writeString(folder.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
    }

    /** Flips one bit in the middle of the layer that has the program. */
    static void tamper(Path folder) throws IOException {
        Digest program = Digest.sha256Of(layers().get(1));
        try (Stream<Path> blobs = Files.list(folder.resolve("blobs/sha256"))) {
            for (Path blob : blobs.toList()) {
                byte[] bytes = Files.readAllBytes(blob);
                if (bytes[0] == 0x1f && Digest.sha256Of(ungzip(bytes)).equals(program)) {
                    bytes[bytes.length / 2] ^= 1;
                    Files.write(blob, bytes);
                }
            }
        }
    }

    static byte[] ungzip(byte[] bytes) throws IOException {
        try (var in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
            return in.readAllBytes();
        }
    }

    private static String config(String diffIds) {
        return """
                {"architecture":"amd64","os":"linux","created":"%1$s","config":{"User":"10001:10001","Env":["PATH=/"],\
                "Entrypoint":["/hello"],"WorkingDir":"/home","Healthcheck":{"Test":["CMD","/hello"]},\
                "Labels":{"org.opencontainers.image.version":"1.0"}},\
                "rootfs":{"type":"layers","diff_ids":[%2$s]},"history":[\
                {"created":"%1$s","created_by":"COPY etc /etc"},\
                {"created":"%1$s","created_by":"COPY hello /hello"},\
                {"created":"%1$s","created_by":"USER 10001:10001","empty_layer":true},\
                {"created":"%1$s","created_by":"HEALTHCHECK CMD [\\"/hello\\"]","empty_layer":true},\
                {"created":"%1$s","created_by":"ENTRYPOINT [\\"/hello\\"]","empty_layer":true}]}""".formatted(CREATED, diffIds);
    }

    private static byte[] blob(Path folder, byte[] content) throws IOException {
        Path blobs = Files.createDirectories(folder.resolve("blobs/sha256"));
        Files.write(blobs.resolve(Digest.sha256Of(content).encoded()), content);
        return content;
    }

    private static String describe(String mediaType, byte[] content) {
        return "{\"mediaType\":\"" + mediaType + "\",\"digest\":\"" + Digest.sha256Of(content) + "\",\"size\":"
                + content.length + "}";
    }

    private static byte[] gzip(byte[] content) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(content);
        }
        return out.toByteArray();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** An ELF executable for linux/amd64 without any library: write(1, greeting), exit(0). */
    static byte[] program() {
        byte[] greeting = GREETING.getBytes(StandardCharsets.US_ASCII);
        int headers = 64 + 56;
        int code = 33;
        int size = headers + code + greeting.length;
        ByteBuffer elf = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        elf.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1}).position(16);
        elf.putShort((short) 2).putShort((short) 62).putInt(1); // an executable, x86-64
        elf.putLong(LOAD_ADDRESS + headers).putLong(64).putLong(0).putInt(0); // entry, program headers
        elf.putShort((short) 64).putShort((short) 56).putShort((short) 1);
        elf.putShort((short) 0).putShort((short) 0).putShort((short) 0);
        elf.putInt(1).putInt(5).putLong(0).putLong(LOAD_ADDRESS).putLong(LOAD_ADDRESS); // load, read and execute
        elf.putLong(size).putLong(size).putLong(0x1000);
        elf.put((byte) 0xb8).putInt(1); // mov eax, 1 (write)
        elf.put((byte) 0xbf).putInt(1); // mov edi, 1 (standard output)
        elf.put(new byte[] {0x48, (byte) 0x8d, 0x35}).putInt(16); // lea rsi, [rip + 16] (the greeting)
        elf.put((byte) 0xba).putInt(greeting.length); // mov edx, length
        elf.put(new byte[] {0x0f, 0x05}); // syscall
        elf.put((byte) 0xb8).putInt(60); // mov eax, 60 (exit)
        elf.put(new byte[] {0x31, (byte) 0xff, 0x0f, 0x05}); // xor edi, edi; syscall
        return elf.put(greeting).array();
    }

    /** The few kinds of tar entries that the image has. */
    private static final class Tar {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        Tar folder(String name) {
            return entry(name, 0755, '5', new byte[0]);
        }

        Tar file(String name, int mode, String content) {
            return file(name, mode, utf8(content));
        }

        Tar file(String name, int mode, byte[] content) {
            return entry(name, mode, '0', content);
        }

        private Tar entry(String name, int mode, char type, byte[] content) {
            byte[] header = new byte[512];
            put(header, 0, name);
            put(header, 100, String.format(Locale.ROOT, "%07o\0", mode));
            put(header, 108, "0000000\0");
            put(header, 116, "0000000\0");
            put(header, 124, String.format(Locale.ROOT, "%011o\0", content.length));
            put(header, 136, "00000000000\0");
            put(header, 148, "        ");
            header[156] = (byte) type;
            put(header, 257, "ustar\00000");
            int sum = 0;
            for (byte b : header) {
                sum += b & 0xff;
            }
            put(header, 148, String.format(Locale.ROOT, "%06o\0 ", sum));
            out.writeBytes(header);
            out.writeBytes(content);
            out.writeBytes(new byte[(512 - content.length % 512) % 512]);
            return this;
        }

        byte[] finish() {
            out.writeBytes(new byte[1024]);
            return out.toByteArray();
        }

        private static void put(byte[] header, int offset, String text) {
            byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
            System.arraycopy(bytes, 0, header, offset, bytes.length);
        }
    }
}
