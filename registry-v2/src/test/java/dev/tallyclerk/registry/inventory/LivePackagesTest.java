package dev.tallyclerk.registry.inventory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.layout.OciLayout;
import dev.tallyclerk.registry.verify.ImageVerifier;
import dev.tallyclerk.testing.Peers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Images that mmdebstrap, rpm and buildah make of packages that are made here: their inventory is what dpkg-query and
 * rpm list in the same root. Nothing is fetched.
 */
class LivePackagesTest {
    @TempDir
    Path folder = Path.of("");

    @BeforeEach
    void requireRoot() {
        if (!"root".equals(System.getProperty("user.name"))) {
            throw Peers.skip("buildah is not root here");
        }
        Peers.require("buildah");
    }

    private String run(String... command) throws IOException, InterruptedException {
        return Peers.run(folder, command);
    }

    private String buildah(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                "buildah",
                "--root=" + folder.resolve("store"),
                "--runroot=" + folder.resolve("run"),
                "--storage-driver=vfs"));
        command.addAll(List.of(arguments));
        return run(command.toArray(String[]::new)).strip();
    }

    /** {@return the file of a Debian package} */
    private String deb(String name, String version, String more) throws IOException, InterruptedException {
        Path root = folder.resolve("deb-" + name);
        Files.createDirectories(root.resolve("DEBIAN"));
        Files.createDirectories(root.resolve("usr/share/" + name));
        Files.writeString(root.resolve("usr/share/" + name + "/about"), name + "\n");
        Files.writeString(
                root.resolve("DEBIAN/control"),
                "Package: " + name + "\nVersion: " + version + "\nArchitecture: all\nMaintainer: A <a@example.test>\n"
                        + more + "Description: made for a test\n");
        String file = name + ".deb";
        run("dpkg-deb", "--build", "--root-owner-group", root.toString(), file);
        return file;
    }

    private Inventory inventory() throws IOException {
        InventoryAnalyzer analyzer = InventoryAnalyzer.create();
        try (OciLayout layout = OciLayout.open(folder.resolve("image"));
                ImageSource source = layout.requireImage()) {
            return ImageVerifier.create()
                    .withAnalyzer(analyzer)
                    .verify(source)
                    .result(analyzer)
                    .orElseThrow();
        }
    }

    /** {@return name, version, name of the source and its version} */
    private static Set<String> listed(Inventory inventory) {
        Set<String> all = new TreeSet<>();
        for (InstalledPackage each : inventory.packages()) {
            all.add(each.name() + " " + each.version() + " "
                    + each.source()
                            .map(source -> source.name() + " " + source.version())
                            .orElse(""));
        }
        return all;
    }

    private static Set<String> lines(String text) {
        return new TreeSet<>(text.lines().toList());
    }

    private static int layer(Inventory inventory, String name) {
        return inventory.packages().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow()
                .layer()
                .index();
    }

    @Test
    void anImageOfDebianPackagesHasWhatDpkgLists() throws IOException, InterruptedException {
        for (String program : List.of("mmdebstrap", "dpkg-scanpackages", "dpkg-deb", "dpkg", "dpkg-query")) {
            Peers.require(program);
        }
        deb("alpha", "1:2.3-4+b1", "Source: alpha-src (1:2.3-4)\n");
        deb("beta", "0.9~rc1-1", "Source: alpha-src\n");
        Files.writeString(
                folder.resolve("Packages"), run("dpkg-scanpackages", "-m", ".").replaceAll("(?m)^dpkg-.*\n", ""));
        run(
                "mmdebstrap",
                "--quiet",
                "--mode=chrootless",
                "--skip=check/chrootless,output/dev",
                "--variant=custom",
                "--include=alpha,beta",
                "",
                "root.tar",
                "deb [trusted=yes] copy:" + folder + " ./");
        Path root = Files.createDirectory(folder.resolve("root"));
        run("tar", "-xf", "root.tar", "-C", root.toString());
        String gamma = deb("gamma", "3", "Multi-Arch: foreign\n");

        String container = buildah("from", "scratch");
        buildah("copy", container, root.toString(), "/");
        buildah("commit", "--quiet", container, "base");
        container = buildah("from", "--pull-never", "base");
        String mounted = buildah("mount", container);
        run("dpkg", "--root=" + mounted, "--force-script-chrootless", "--install", gamma);
        run("dpkg", "--root=" + mounted, "--force-script-chrootless", "--remove", "beta");
        String format = "${db:Status-Status}\t${Package} ${Version} ${source:Package} ${source:Version}\n";
        Set<String> expected = new TreeSet<>();
        for (String line : lines(run("dpkg-query", "--admindir=" + mounted + "/var/lib/dpkg", "-W", "-f", format))) {
            if (line.startsWith("installed\t")) {
                expected.add(line.substring(line.indexOf('\t') + 1));
            }
        }
        buildah("umount", container);
        buildah("commit", "--quiet", container, "oci:" + folder.resolve("image") + ":latest");
        Inventory inventory = inventory();

        assertEquals(Set.of("alpha 1:2.3-4+b1 alpha-src 1:2.3-4", "gamma 3 gamma 3"), expected);
        assertEquals(expected, listed(inventory));
        assertEquals(List.of(), inventory.problems());
        assertEquals(0, layer(inventory, "alpha"));
        assertEquals(1, layer(inventory, "gamma"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"sqlite", "ndb"})
    void anImageOfRpmPackagesHasWhatRpmLists(String store) throws IOException, InterruptedException {
        Peers.require("rpm");
        Peers.require("rpmbuild");
        Files.writeString(folder.resolve("alpha.spec"), """
                Name: alpha
                Version: 1.2
                Release: 3
                Epoch: 4
                Summary: made for a test
                License: MIT
                BuildArch: noarch
                %description
                None.
                %package sub
                Summary: made for a test
                Version: 9
                %description sub
                None.
                %install
                mkdir -p %{buildroot}/usr/share/alpha
                echo alpha > %{buildroot}/usr/share/alpha/about
                %files
                /usr/share/alpha
                %files sub
                """, StandardCharsets.UTF_8);
        run("rpmbuild", "--quiet", "-bb", "--define", "_topdir " + folder.resolve("top"), "alpha.spec");
        Path root = Files.createDirectory(folder.resolve("root"));
        List<String> rpm = List.of("rpm", "--root=" + root, "--define", "_db_backend " + store);
        List<String> install = new ArrayList<>(rpm);
        install.addAll(List.of(
                "--install",
                "--nodeps",
                folder.resolve("top/RPMS/noarch/alpha-1.2-3.noarch.rpm").toString(),
                folder.resolve("top/RPMS/noarch/alpha-sub-9-3.noarch.rpm").toString()));
        run(install.toArray(String[]::new));
        List<String> query = new ArrayList<>(rpm);
        query.addAll(List.of("-qa", "--qf", "%{NAME} %{EPOCHNUM}:%{VERSION}-%{RELEASE}\\n"));
        Set<String> expected = new TreeSet<>();
        for (String line : lines(run(query.toArray(String[]::new)))) {
            if (!line.startsWith("warning:")) {
                expected.add(line.replace(" 0:", " "));
            }
        }

        String container = buildah("from", "scratch");
        buildah("copy", container, root.toString(), "/");
        buildah("commit", "--quiet", container, "oci:" + folder.resolve("image") + ":latest");
        Inventory inventory = inventory();
        Set<String> found = new TreeSet<>();
        inventory.packages().forEach(each -> found.add(each.name() + " " + each.version()));

        assertTrue(expected.contains("alpha 4:1.2-3"), expected::toString);
        assertEquals(expected, found);
        assertEquals(List.of(), inventory.problems());
    }
}
