package dev.tallyclerk.trust.publish;

import dev.tallyclerk.internal.file.DurableNames;
import dev.tallyclerk.internal.file.UnfinishedFile;
import dev.tallyclerk.trust.store.MetadataStore;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The files of a repository in a folder that a web server can serve. */
final class FolderFiles implements SeparateFiles {
    private static final String UNFINISHED = ".unfinished-";
    private static final Pattern ROOT = Pattern.compile("([1-9][0-9]{0,17})[.]root[.]json");

    private final Path folder;
    private final Path metadata;
    private final Path claims;

    FolderFiles(Path folder) {
        this.folder = folder;
        this.metadata = folder.resolve("metadata");
        this.claims = folder.resolve(".publisher");
    }

    @Override
    public String name() {
        return folder.toString();
    }

    /** What an interrupted publication left is replaced. */
    @Override
    public long unusedSnapshot(long version) {
        return version;
    }

    @Override
    public Optional<byte[]> read(String name) throws IOException {
        try {
            return Optional.of(Files.readAllBytes(metadata.resolve(name)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    @Override
    public long newestRoot() throws IOException {
        long newest = 0;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(metadata, "*.root.json")) {
            for (Path file : files) {
                Matcher name = ROOT.matcher(String.valueOf(file.getFileName()));
                if (name.matches()) {
                    newest = Math.max(newest, Long.parseLong(name.group(1)));
                }
            }
        } catch (NoSuchFileException e) {
            return 0;
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return newest;
    }

    @Override
    public void write(String name, byte[] content) throws IOException {
        try (UnfinishedFile unfinished = UnfinishedFile.create(metadata, UNFINISHED)) {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                unfinished.channel().write(bytes);
            }
            unfinished.channel().force(true);
            Files.move(
                    unfinished.path(),
                    metadata.resolve(name),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        }
    }

    @Override
    public void sync() throws IOException {
        DurableNames.of(metadata).sync(metadata);
    }

    @Override
    public Closeable claim() throws IOException {
        Files.createDirectories(metadata);
        Closeable claim = MetadataStore.inDirectory(claims).claim();
        UnfinishedFile.removeLeftovers(metadata, UNFINISHED);
        return claim;
    }
}
