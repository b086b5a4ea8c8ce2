package io.corale.deploy.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** README's first command: the main job, with a superpeer killed on the way. */
final class DemoIT {
  @Test
  void theDemoKeepsEveryPromiseAndLeavesItsPictures(@TempDir Path directory) throws Exception {
    StringWriter said = new StringWriter();
    CommandLine command = new CommandLine(new DemoCommand()).setOut(new PrintWriter(said));

    int exit = command.execute("--directory", directory.toString());

    System.out.println(said);
    assertThat(exit).as(said.toString()).isZero();
    assertThat(ImageIO.read(directory.resolve("contact-sheet.png").toFile()).getWidth())
        .isGreaterThan(500);
    assertThat(Files.readString(directory.resolve("timeline.svg"))).startsWith("<svg");
  }
}
