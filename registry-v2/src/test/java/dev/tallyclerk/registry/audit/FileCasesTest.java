package dev.tallyclerk.registry.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.hardening.audit.Finding;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
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

    private static ImageSubject built(String path, String step, String... more) {
        String env = "'PATH=" + path + ":/bin'" + (more.length == 0 ? "" : ",'" + String.join("','", more) + "'");
        return Images.document("'config':{'Env':[" + env + "]},'history':" + Images.history(step));
    }

    @Test
    void theStickyBitDoesNotCloseASearchPath() {
        for (String step : List.of(
                "/bin/sh -c chmod 1777 /opt/x",
                "/bin/sh -c chmod a+rwxt /opt/x",
                "/bin/sh -c mkdir -m 1777 /opt/x",
                "COPY --chmod=1777 x /opt/x")) {
            Images.assertVerdict("IMG-032", Outcome.Kind.FAIL, step, built("/opt/x", step));
            Images.assertBuilt("IMG-023", Outcome.Kind.PASS, step);
        }
        String closed = "/bin/sh -c chmod 1777 /opt/x; chmod 1755 /opt/x";
        Images.assertVerdict("IMG-032", Outcome.Kind.PASS, closed, built("/opt/x", closed));
    }

    @Test
    void aFolderMayHaveAVariableInItsName() {
        String step = "/bin/sh -c chmod -R 777 /opt/$APP";
        Images.assertVerdict("IMG-032", Outcome.Kind.UNKNOWN, step, built("/opt/app/bin", step));
        Images.assertVerdict("IMG-032", Outcome.Kind.FAIL, step, built("/opt/app/bin", step, "APP=app"));
        Images.assertVerdict("IMG-032", Outcome.Kind.PASS, step, built("/opt/app/bin", step, "APP=other"));
        String argument = "RUN |1 APP=app " + step;
        Images.assertVerdict("IMG-032", Outcome.Kind.FAIL, argument, built("/opt/app/bin", argument));
        String two = "/bin/sh -c chmod -R 777 $ROOT/${APP}";
        Images.assertVerdict("IMG-032", Outcome.Kind.FAIL, two, built("/opt/app/bin", two, "ROOT=/opt", "APP=app"));
        Images.assertVerdict("IMG-032", Outcome.Kind.UNKNOWN, two, built("/opt/app/bin", two, "ROOT=/opt"));
    }

    @Test
    void aFolderMayBeNamedByAVariable() {
        for (String name : List.of("$TOOLS/bin", "${TOOLS}/bin", "\"$TOOLS\"/bin/")) {
            String step = "/bin/sh -c chmod 777 " + name;
            Images.assertVerdict("IMG-032", Outcome.Kind.FAIL, step, built("/opt/t/bin", step, "TOOLS=/opt/t"));
            Images.assertVerdict("IMG-032", Outcome.Kind.PASS, step, built("/opt/t/bin", step, "TOOLS=/opt/u"));
            Images.assertVerdict("IMG-032", Outcome.Kind.UNKNOWN, step, built("/opt/t/bin", step));
            String argument = "RUN |1 TOOLS=/opt/t " + step;
            Images.assertVerdict("IMG-032", Outcome.Kind.FAIL, argument, built("/opt/t/bin", argument));
            // What counted at the step, whatever the variable is at the end.
            Images.assertVerdict("IMG-032", Outcome.Kind.FAIL, argument, built("/opt/t/bin", argument, "TOOLS=/opt/u"));
            String closed = "/bin/sh -c chmod 755 " + name;
            Images.assertVerdict("IMG-032", Outcome.Kind.PASS, closed, built("/opt/t/bin", closed));
        }
    }

    @Test
    void aFolderOfWhichTooLongAValueSaysWhereItIsIsNotPassed() {
        String step = "/bin/sh -c chmod 777 $TOOLS";
        ImageSubject image = built("/opt/x", step, "TOOLS=/" + "x".repeat(255));
        Images.assertVerdict("IMG-032", Outcome.Kind.UNKNOWN, step, image);
    }
}
