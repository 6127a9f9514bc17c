package dev.tallyclerk.registry.layout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.testing.Peers;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArchivePlaceTest {
    private static final String OTHER_PROCESS = "-4194399.18f0a1b2c3d";
    private static final String RANDOM = "f81d4fae-7dec-11d0-a765-00a0c91e6bf6";

    @TempDir
    Path folder = Path.of("");

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .sorted()
                    .toList();
        }
    }

    private static void replace(Path file) throws IOException {
        try (OciArchiveWriter archive = OciArchiveWriter.create(file)) {
            archive.finish();
        }
    }

    @Test
    void replacesWhatALinkLeadsTo() throws IOException {
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        Path target = Files.writeString(elsewhere.resolve("target"), "old");
        Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("elsewhere", "target"));
        replace(link);
        assertTrue(Files.isSymbolicLink(link));
        assertNotEquals(3, Files.size(target));
        OciLayout.openArchive(link).close();
        try (DockerArchiveWriter archive = DockerArchiveWriter.create(link)) {
            archive.finish();
        }
        assertTrue(Files.isSymbolicLink(link));
        DockerArchive.open(target).close();
        assertEquals(List.of("elsewhere", "link"), files());
    }

    @Test
    void replacesNothingButPlainFiles() throws Exception {
        Path directory = Files.createDirectory(folder.resolve("directory"));
        Path toDirectory = Files.createSymbolicLink(folder.resolve("to-directory"), directory);
        Path toNothing = Files.createSymbolicLink(folder.resolve("to-nothing"), Path.of("nothing"));
        for (Path file : List.of(directory, toDirectory, toNothing)) {
            assertThrows(FileSystemException.class, () -> OciArchiveWriter.create(file), file.toString());
            assertThrows(FileSystemException.class, () -> DockerArchiveWriter.create(file), file.toString());
        }
        assertEquals(List.of("directory", "to-directory", "to-nothing"), files());
    }

    @Test
    void replacesNoPipe() throws Exception {
        Path pipe = folder.resolve("pipe");
        Peers.require("mkfifo");
        assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
        assertThrows(FileSystemException.class, () -> OciArchiveWriter.create(pipe));
        assertThrows(FileAlreadyExistsException.class, () -> OciArchiveWriter.createNew(pipe));
        assertEquals(List.of("pipe"), files());
        Files.delete(pipe);
        try (OciArchiveWriter archive = OciArchiveWriter.create(pipe)) {
            assertEquals(
                    0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
            assertThrows(FileSystemException.class, archive::finish);
        }
        assertFalse(Files.isRegularFile(pipe));
        assertEquals(List.of("pipe"), files());
    }

    @Test
    void aNewFileTakesNoNameThatSomethingHas() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("nothing"));
        for (Path taken : List.of(file, link)) {
            assertThrows(FileAlreadyExistsException.class, () -> OciArchiveWriter.createNew(taken));
            assertThrows(FileAlreadyExistsException.class, () -> DockerArchiveWriter.createNew(taken));
        }
        assertEquals(List.of("file", "link"), files());
    }

    @Test
    void ofTwoNewFilesOfOneNameTheLaterOneFails() throws IOException {
        Path file = folder.resolve("file");
        try (OciArchiveWriter one = OciArchiveWriter.createNew(file);
                DockerArchiveWriter other = DockerArchiveWriter.createNew(file)) {
            one.finish();
            assertThrows(FileAlreadyExistsException.class, other::finish);
        }
        OciLayout.openArchive(file).close();
        assertEquals(List.of("file"), files());
    }

    @Test
    void aNameIsGivenOnceWithoutHardLinksToo() throws IOException {
        Path file = folder.resolve("file");
        Path one = Files.writeString(folder.resolve("one"), "one");
        Path other = Files.writeString(folder.resolve("other"), "other");
        Folders.reserveAndMove(one, file);
        assertThrows(FileAlreadyExistsException.class, () -> Folders.reserveAndMove(other, file));
        assertEquals("one", Files.readString(file));
        assertThrows(IOException.class, () -> Folders.reserveAndMove(one, folder.resolve("new")));
        assertEquals(List.of("file", "other"), files());
    }

    @Test
    void takesAwayWhatAKilledProcessLeft() throws IOException {
        Path left = Files.createFile(folder.resolve(".file." + RANDOM + OTHER_PROCESS + ".part"));
        List<Path> others = List.of(
                folder.resolve(".file.tar." + RANDOM + OTHER_PROCESS + ".part"),
                folder.resolve(".file." + RANDOM + ".part"),
                folder.resolve(".file.mine" + OTHER_PROCESS + ".part"));
        for (Path other : others) {
            Files.createFile(other);
        }
        Path link = Files.createSymbolicLink(
                folder.resolve(".file." + RANDOM.replace('f', 'e') + OTHER_PROCESS + ".part"), others.get(0));
        replace(folder.resolve("file"));
        assertFalse(Files.exists(left));
        for (Path other : others) {
            assertTrue(Files.exists(other), other.toString());
        }
        assertTrue(Files.exists(link, LinkOption.NOFOLLOW_LINKS));
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "\u00e9"})
    void writesAFileOfTheLongestNameAndTakesAwayWhatWasLeftOfIt(String letter) throws IOException {
        String name = letter.repeat(255 / letter.getBytes(StandardCharsets.UTF_8).length);
        Path file = folder.resolve(name);
        String begun;
        try (OciArchiveWriter archive = OciArchiveWriter.create(file)) {
            begun = files().get(0);
            archive.finish();
        }
        assertEquals(List.of(name), files());
        String left = begun.replaceFirst("\\.[^.]*\\.[^.]*\\.part$", "." + RANDOM + OTHER_PROCESS + ".part");
        Files.createFile(folder.resolve(left));
        replace(file);
        assertEquals(List.of(name), files());
    }

    @Test
    void takesNothingAwayThatIsBeingWritten() throws IOException {
        Path held = folder.resolve(".file." + RANDOM + OTHER_PROCESS + ".part");
        try (FileChannel channel = FileChannel.open(held, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            channel.lock();
            try (OciArchiveWriter one = OciArchiveWriter.create(folder.resolve("file"))) {
                replace(folder.resolve("file"));
                one.finish();
            }
            assertTrue(Files.exists(held));
        }
        OciLayout.openArchive(folder.resolve("file")).close();
    }
}
