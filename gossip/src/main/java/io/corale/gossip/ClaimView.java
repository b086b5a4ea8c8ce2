package io.corale.gossip;

import io.corale.model.CellId;
import io.corale.model.Incarnation;

/** "I lead, or follow, this cell at (epoch, term)", said by the node itself. */
public record ClaimView(Incarnation node, CellId cell, long epoch, long term, boolean leads) {}
