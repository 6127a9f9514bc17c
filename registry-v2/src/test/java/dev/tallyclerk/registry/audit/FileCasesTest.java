package dev.tallyclerk.registry.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.hardening.audit.Finding;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Which folders of an image are the system's, and which others may write to. */
class FileCasesTest {
    static Stream<Arguments> volumes() {
        return Stream.of(
                arguments("/etc", Severity.HIGH),
                arguments("/usr/", Severity.HIGH),
                arguments("/usr/local", Severity.HIGH),
                arguments("/usr/bin/x", Severity.HIGH),
                arguments("/etc/ssl/private", Severity.HIGH),
                arguments("/dev/x", Severity.HIGH),
                arguments("/etc/influxdb2", Severity.LOW),
                arguments("/etc/gitlab", Severity.LOW),
                arguments("/usr/share/nginx/html", Severity.LOW),
                arguments("/lib/app", Severity.LOW));
    }

    @ParameterizedTest
    @MethodSource("volumes")
    void aVolumeForAFolderOfTheApplicationsOwnIsNotGrave(String path, Severity severity) {
        List<Finding> findings = Images.findings(Images.execution("'Volumes':{'" + path + "':{}}"), "IMG-011");
        assertEquals(List.of(severity), findings.stream().map(Finding::severity).toList());
    }
}
