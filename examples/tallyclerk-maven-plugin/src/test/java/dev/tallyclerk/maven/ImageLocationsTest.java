package dev.tallyclerk.maven;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageLocationsTest {
    @TempDir
    private Path module;

    private String parse(String text) {
        return new ImageLocations(module).find(text).location().toString().replace(module.toString(), "MODULE");
    }

    @ParameterizedTest
    @CsvSource({
        "registry.example.org/team/app, docker://registry.example.org/team/app:latest",
        "alpine:3.22, docker://docker.io/library/alpine:3.22",
        "docker://registry.example.org/app:1, docker://registry.example.org/app:1",
        "oci:target/image:1.0, oci:MODULE/target/image:1.0",
        "docker-archive:a.tar, docker-archive:MODULE/a.tar",
        "oci:one/../target/image:1.0, oci:MODULE/target/image:1.0",
        "oci-archive:/srv/a.tar, oci-archive:/srv/a.tar"
    })
    void relativePathsAreThoseOfTheModule(String text, String location) {
        assertEquals(location, parse(text));
    }

    @Test
    void aPathThatExistsGoesBeforeAName() throws IOException {
        Files.createDirectories(module.resolve("target/image"));
        assertEquals("oci:MODULE/target/image", parse("target/image"));
        Files.writeString(module.resolve("app"), "no archive");
        assertEquals("oci-archive:MODULE/app", parse("app"));
    }

    @Test
    void anImageHasOneLocationForAllModules() throws IOException {
        Path image = Files.createDirectories(module.resolve("image"));
        Path one = Files.createDirectories(module.resolve("one"));
        assertEquals(
                "oci:" + image,
                new ImageLocations(one).find("../image").location().toString());
    }

    @Test
    void thePlaceOfAnImageIsKnownBeforeAnythingIsRead() throws IOException {
        Path archive = Files.writeString(module.resolve("app.tar"), "no archive");
        assertEquals(
                "archive in " + archive,
                new ImageLocations(module).find("app.tar").toString());
        assertEquals(
                Optional.of(module.resolve("a")),
                new ImageLocations(module).find("oci:a:1.0").file());
        assertEquals(
                Optional.empty(), new ImageLocations(module).find("app:1.0").file());
    }

    @Test
    void whatIsNeitherAPathNorANameIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> parse("Not A Name"));
    }
}
