package dev.tallyclerk.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

class NamedFileTest {
    /** What else texts are. The path of a target is one within a TUF repository. */
    private static final Set<String> NO_FILES = Set.of(
            "HOST",
            "HOST[:PORT]",
            "ID",
            "KEY=VALUE",
            "KEYID",
            "NAME",
            "OS/ARCH[/VARIANT]",
            "PATH",
            "PATTERN",
            "REGISTRY=URL",
            "REPOSITORY",
            "ROLE",
            "STAGE",
            "TIME",
            "TYPE",
            "URL",
            "VERSION");

    @Test
    void theLabelOfEveryTextSaysWhetherItNamesAFile() {
        Set<String> unknown = new TreeSet<>();
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
        Terminal terminal =
                Terminal.of(Map.of(), InputStream.nullInputStream(), nowhere, nowhere, StandardCharsets.UTF_8);
        addUnknown(Main.withAllCommands(terminal), unknown);
        assertEquals(Set.of(), unknown);
    }

    private static void addUnknown(CommandLine command, Set<String> unknown) {
        for (OptionSpec option : command.getCommandSpec().options()) {
            Class<?> type = option.isMultiValue() ? option.auxiliaryTypes()[0] : option.type();
            boolean isText = !type.isPrimitive()
                    && !type.isEnum()
                    && !List.of(Integer.class, Long.class, Boolean.class, Path.class)
                            .contains(type);
            if (isText && !NamedFile.isLabel(option.paramLabel()) && !NO_FILES.contains(option.paramLabel())) {
                unknown.add(command.getCommandSpec().qualifiedName() + " " + option.longestName() + "="
                        + option.paramLabel());
            }
        }
        command.getSubcommands().values().forEach(inner -> addUnknown(inner, unknown));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "FILE ; a b.json ; /c/a b.json",
                "FILE ; - ; -",
                "SOURCE ; oci:images/a:1.0 ; oci:/c/images/a:1.0",
                "SOURCE ; oci-archive:a.tar ; oci-archive:/c/a.tar",
                "SOURCE ; docker-archive:a.tar:@0 ; docker-archive:/c/a.tar:@0",
                "SOURCE ; sbom:a.json ; sbom:/c/a.json",
                "SOURCE ; docker://host/a ; docker://host/a",
                "SOURCE ; docker-daemon:a ; docker-daemon:a",
                "SOURCE ; alpine:3.20 ; alpine:3.20",
                "OTHER ; oci:a ; oci:/c/a",
                "TEMPLATE ; oci:mirror/{image} ; oci:/c/mirror/{image}",
                "TEMPLATE ; docker://{image} ; docker://{image}",
                "NAME=SOURCE ; debian:12=oci:bases ; debian:12=oci:/c/bases",
                "NAME=SOURCE ; oci:a=b ; oci:/c/a=b",
                "NAME=SOURCE ; docker://host/a=oci:b ; docker://host/a=oci:b",
                "NAME=SOURCE ; debian:12=docker://host/a ; debian:12=docker://host/a",
                "FORMAT=FILE ; json=a=b.json ; json=/c/a=b.json",
                "ROLE=FILE ; targets/a=a.pem ; targets/a=/c/a.pem",
                "DIR|URL ; records ; /c/records",
                "DIR|URL ; HTTPS://host/records ; HTTPS://host/records",
                "REPO ; repo ; /c/repo",
                "REPO ; docker://host/repo:1 ; docker://host/repo:1",
                "REPO ; https://host/repo ; https://host/repo",
                "ENGINE ; recording ; /c/recording",
                "ENGINE ; default ; default",
                "ENGINE ; unix:///run/docker.sock ; unix:///run/docker.sock",
                "ID|FILE ; own.tsv ; /c/own.tsv",
                "ID|FILE ; pss-baseline ; pss-baseline",
                "tuf:ROOT.json,URL ; tuf:a,b.json,https://host/,file: ; tuf:/c/a,b.json,https://host/,file:",
                "tuf:ROOT.json,URL ; tuf:,https://a,https://b ; tuf:,https://a,https://b",
                "ROOT.json,URL ; root.json,HTTPS://host/ ; /c/root.json,HTTPS://host/",
                "NAME ; a ; a",
            })
    void findsThePathInAValue(String label, String value, String expected) {
        OptionSpec option =
                OptionSpec.builder("--x").paramLabel(label).type(String.class).build();
        assertEquals(expected, NamedFile.replaced(option, value, path -> "/c/" + path));
    }

    @Test
    void everyValueOfAPathIsOne() {
        OptionSpec option =
                OptionSpec.builder("--x").paramLabel("FILE").type(Path.class).build();
        assertEquals("/c/-", NamedFile.replaced(option, "-", path -> "/c/" + path));
        assertTrue(NamedFile.isLabel("FILE"));
    }
}
