package dev.tallyclerk.registry.audit;

import static dev.tallyclerk.registry.audit.Images.assertBuilt;
import static dev.tallyclerk.registry.audit.Images.assertVerdict;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.audit.Auditor;
import dev.tallyclerk.hardening.audit.Policy;
import dev.tallyclerk.hardening.report.JsonReporter;
import dev.tallyclerk.registry.audit.ImageSubject.Layer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What counts as a secret of an image, and what a report shows of it. */
class SecretCasesTest {
    private static String report(ImageSubject image) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        JsonReporter.create().write(Images.audit(image), out);
        return out.toString(StandardCharsets.UTF_8);
    }

    private static ImageSubject foreign(String url) {
        return ImageSubject.builder("test")
                .layers(List.of(new Layer("x", List.of(url))))
                .build();
    }

    @Test
    void findsWhatLetsAClientInInTheQueryOfAUrl() {
        assertBuilt(
                "IMG-007",
                Outcome.Kind.FAIL,
                "ADD https://gitlab.example/f?private_token=abcdef123 /f",
                "RUN /bin/sh -c curl 'https://h?access_token=abc' # buildkit");
        assertBuilt("IMG-007", Outcome.Kind.PASS, "/bin/sh -c curl \"https://h?access_token=$TOKEN&page=2\"");
    }

    @Test
    void showsUrlsWithoutTheirQuery() throws IOException {
        for (String url : List.of(
                "https://gitlab.example/f?private_token=abcdef123",
                "https://gitlab.example/f?unknown=abcdef123",
                "https://gitlab.example/f#abcdef123")) {
            String added = report(Images.built("ADD " + url + " /f"));
            assertFalse(added.contains("abcdef123"), added);
            assertTrue(added.contains("https://gitlab.example/f\""), added);
            String layer = report(foreign(url));
            assertFalse(layer.contains("abcdef123"), layer);
            assertTrue(layer.contains("https://gitlab.example/f\""), layer);
        }
    }

    @Test
    void tellsUrlsApartThatDifferInTheirQuery() {
        String url = "https://h/f?v=";
        assertNotEquals(
                Images.findings(foreign(url + 1), "IMG-036").get(0).fingerprint(),
                Images.findings(foreign(url + 2), "IMG-036").get(0).fingerprint());
        assertEquals(
                Images.findings(foreign(url + 1), "IMG-036").get(0).fingerprint(),
                Images.findings(foreign(url + 1), "IMG-036").get(0).fingerprint());
    }

    @Test
    void aHashThatNoPasswordHasLocksTheAccount() {
        assertBuilt(
                "IMG-022",
                Outcome.Kind.PASS,
                "/bin/sh -c echo \"git:*\" | chpasswd -e",
                "/bin/sh -c printf 'a:!\\nb:!!\\n' | sudo chpasswd --encrypted");
        assertBuilt(
                "IMG-022",
                Outcome.Kind.FAIL,
                "/bin/sh -c echo \"git:*\" | chpasswd",
                "/bin/sh -c printf 'a:!\\nb:$6$x\\n' | chpasswd -e",
                "/bin/sh -c echo \"git:*\" && chpasswd -e < /x",
                "/bin/sh -c cat x | chpasswd -e");
    }

    @Test
    void findsASecretThatAHereDocumentWrites() {
        assertBuilt(
                "IMG-007",
                Outcome.Kind.FAIL,
                "/bin/sh -c cat <<E > .env\nDB_PASSWORD=hunter2\nE",
                "/bin/sh -c cat > .env <<< DB_PASSWORD=hunter2",
                "/bin/sh -c sudo tee .env <<-E\n\tDB_PASSWORD='hunter2'\n\tE",
                "/bin/sh -c cat <<E > ~/.netrc\nmachine x\nlogin bob\npassword pw1-fake\nE",
                "/bin/sh -c python3 <<E\npassword='hunter2'\nE");
        assertBuilt(
                "IMG-007",
                Outcome.Kind.PASS,
                "/bin/sh -c cat <<E > .env\nDB_PASSWORD=$DB_PASSWORD\nDB_PASSWORD_FILE=/run/x\nE",
                "/bin/sh -c cat <<'E' > run\nexport PGPASSWORD=\"$(cat /run/secrets/db)\"\nTOKEN=`cat x y`\nE",
                "/bin/sh -c cat <<'E' > run\nTOKEN=\"${TOKEN:-$(cat x)}\"\nE",
                "/bin/sh -c python3 <<E\npassword=getpass()\nE");
        assertBuilt(
                "IMG-022",
                Outcome.Kind.FAIL,
                "/bin/sh -c cat <<E > x\nroot:hunter2\nE",
                "/bin/sh -c chpasswd -e <<E\na:x\nE");
        assertBuilt(
                "IMG-022",
                Outcome.Kind.PASS,
                "/bin/sh -c chpasswd -e <<E\na:!\nb:*\nE",
                "RUN chpasswd -e <<< 'root:*'",
                "/bin/sh -c cat >> /etc/aliases <<E\nroot: admin@example.com\nE",
                "/bin/sh -c cat > a.yaml <<E\nroot: /srv/www\nE");
    }

    @Test
    void whatLocksAnAccountOrNamesAKeyIsNoSecret() {
        assertBuilt(
                "IMG-007",
                Outcome.Kind.PASS,
                "/bin/sh -c useradd --password '!' app",
                "/bin/sh -c useradd --password '!!' app",
                "/bin/sh -c gpg --export-secret-key 0xABCDEF12",
                "/bin/sh -c gpg --delete-secret-key 0xABCDEF12");
        assertBuilt("IMG-007", Outcome.Kind.FAIL, "/bin/sh -c x --password hunter2 y");
    }

    /** Buildah and Podman record the lines, and not the one that ends them. */
    @Test
    void aHereDocumentThatIsRecordedWithoutItsEndIsReadToTheEnd() {
        assertBuilt("IMG-007", Outcome.Kind.PASS, "/bin/sh -c <<EOF\napt-get update\ntrue");
        assertBuilt("IMG-007", Outcome.Kind.FAIL, "/bin/sh -c cat > x <<EOF\nDB_PASSWORD=hunter2");
    }

    @Test
    void aPasswordIsSetThroughAPipeAndInAClusterOfOptions() {
        assertBuilt(
                "IMG-022",
                Outcome.Kind.FAIL,
                "/bin/sh -c echo -e \"pw\\npw\" | passwd root",
                "/bin/sh -c (echo pw; echo pw) | sudo passwd app",
                "/bin/sh -c passwd app <<E\npw\npw\nE",
                "/bin/sh -c useradd -mp HASH u",
                "/bin/sh -c useradd -mrpHASH u",
                "/bin/sh -c usermod -ap '' u");
        assertBuilt(
                "IMG-022",
                Outcome.Kind.PASS,
                "/bin/sh -c passwd app",
                "/bin/sh -c cat users | xargs -n 1 passwd -l",
                "/bin/sh -c true | passwd -S app",
                "/bin/sh -c useradd -mp '!' u && useradd -mp* v",
                "/bin/sh -c useradd -rms /bin/sh -g -p u",
                "/bin/sh -c usermod -aGp u");
    }

    @Test
    void findsASecretInTheWordAfterItsOption() {
        assertBuilt(
                "IMG-007",
                Outcome.Kind.FAIL,
                "/bin/sh -c dotnet nuget add source https://h -u bob --password hunter2",
                "/bin/sh -c subscription-manager register --username u --password p1",
                "/bin/sh -c sudo mysql -uroot -phunter2 -e 'select 1'",
                "/bin/sh -c htpasswd -bc f admin pw1",
                "/bin/sh -c htpasswd -nbB -C 10 admin pw1");
        assertBuilt(
                "IMG-007",
                Outcome.Kind.PASS,
                "/bin/sh -c adduser --disabled-password app",
                "/bin/sh -c docker login -u bob --password-stdin registry.example",
                "/bin/sh -c docker build --secret id=a .",
                "/bin/sh -c tool --password \"$PASSWORD\" --token --x",
                "/bin/sh -c tool --password \"pre$PASSWORD\"",
                "/bin/sh -c mysql -uroot -p -e 'select 1'",
                "/bin/sh -c mysql -uroot -p$PASSWORD",
                "/bin/sh -c htpasswd -c f admin",
                "/bin/sh -c htpasswd -bc f admin $PASSWORD",
                "/bin/sh -c echo use --password hunter2");
    }

    private static void assertLine(Outcome.Kind verdict, String member, String... words) {
        ImageSubject line = Images.started(member, words);
        assertVerdict("IMG-007", verdict, String.join(" ", words), line);
    }

    @Test
    void findsASecretInTheCommandLine() {
        assertLine(Outcome.Kind.FAIL, "Entrypoint", "java", "-Dspring.datasource.password=hunter2");
        assertLine(Outcome.Kind.FAIL, "Cmd", "--password", "hunter2");
        assertLine(Outcome.Kind.FAIL, "Cmd", "-Dpassword=hunter2");
        assertLine(Outcome.Kind.FAIL, "Cmd", "/bin/sh", "-c", "exec app --password hunter2");
        assertLine(Outcome.Kind.FAIL, "Cmd", "app", "https://bob:fake-pass@h/");
        assertLine(Outcome.Kind.PASS, "Cmd", "app", "--password-file", "/run/secrets/x");
        assertLine(Outcome.Kind.PASS, "Cmd", "/bin/sh", "-c", "exec app --password $PASSWORD");
        assertLine(Outcome.Kind.UNKNOWN, "Cmd", "/bin/sh", "-c", "exec app 'x");
    }

    @Test
    void findsASecretInTheHealthCheck() {
        String test = "'config':{'Healthcheck':{'Test':[%s]}},'history':" + Images.history("USER 1");
        assertVerdict(
                "IMG-007",
                Outcome.Kind.FAIL,
                "script",
                Images.document(test.formatted("'CMD-SHELL','curl -u bob:pw1-fake http://localhost || exit 1'")));
        assertVerdict(
                "IMG-007",
                Outcome.Kind.FAIL,
                "words",
                Images.document(test.formatted("'CMD','mysqladmin','-phunter2','ping'")));
        assertVerdict("IMG-007", Outcome.Kind.PASS, "none", Images.document(test.formatted("'NONE'")));
    }

    @Test
    void aLabelThatTellsHowToStartTheImageIsNoSecret() {
        assertBuilt(
                "IMG-007",
                Outcome.Kind.PASS,
                "LABEL usage=\"podman run -d -e MYSQL_USER=user -e MYSQL_PASSWORD=pass -p 3306:3306 x\"",
                "/bin/sh -c #(nop) LABEL usage=docker run -e MYSQL_PASSWORD=pass x");
        assertBuilt("IMG-007", Outcome.Kind.FAIL, "LABEL a=b token=abc");
    }

    @Test
    void aLabelMayBeginWithADollarSign() {
        assertVerdict("IMG-008", Outcome.Kind.FAIL, "label", Images.execution("'Labels':{'db.password':'$ecretPa55'}"));
        assertVerdict("IMG-008", Outcome.Kind.PASS, "label", Images.execution("'Labels':{'db.password':'$PASSWORD'}"));
    }

    @Test
    void aPolicyAddsKindsOfSecrets() {
        Policy policy = Policy.defaults()
                .withProfile(Profile.STRICT)
                .withSecretPattern("Example token | token | any | extok_ | [0-9a-f]{8} | -");
        String token = "extok_0a1b2c3d";
        Map<String, ImageSubject> images = Map.of(
                "IMG-006", Images.env("NOTE=" + token),
                "IMG-007", Images.started("Cmd", "serve", token),
                "IMG-008", Images.execution("\"Labels\": {\"note\": \"" + token + "\"}"));

        images.forEach((rule, image) -> {
            assertTrue(fails(rule, image, policy), rule);
            assertFalse(fails(rule, image, Policy.defaults().withProfile(Profile.STRICT)), rule);
        });
        assertTrue(fails("IMG-007", Images.built("RUN echo extok_0a1b2c3d"), policy));
    }

    private static boolean fails(String rule, ImageSubject image, Policy policy) {
        return Auditor.of(policy, ImageRules.ruleSet()).audit(List.of(image)).findings(Outcome.Kind.FAIL).stream()
                .anyMatch(finding -> finding.rule().id().value().equals(rule));
    }
}
