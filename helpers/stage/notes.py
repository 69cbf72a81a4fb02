"""Notes down what artists ask of a renderer, to find out whether anything has changed."""

import numpy as np

from helpers.stage.recorder import Recorder


class Notes(Recorder):
    """A recorder that works nothing out and refuses nothing: its ``ops`` are only compared.

    They hold what the artist has handed over, down to the last bit, as bytes and texts.
    """

    def refuse(self, what):
        """Note it, instead of raising."""
        self.ops.append(what)

    def draw_path(self, gc, path, transform, rgbFace=None):
        """Note one path."""
        self._note("path", gc, path, transform, rgbFace)

    def draw_markers(self, gc, marker_path, marker_trans, path, trans, rgbFace=None):
        """Note one marker and the places where it stands."""
        self._note("markers", gc, marker_path, marker_trans, path, trans, rgbFace)

    def draw_path_collection(
        self, gc, master_transform, paths, all_transforms, offsets, offset_trans, *looks, **more
    ):
        """Note the paths of a collection, and how they look."""
        everything = (*paths, all_transforms, offsets, offset_trans, *looks, *more.values())
        self._note("collection", gc, master_transform, *everything)

    def draw_text(self, gc, x, y, s, prop, angle, ismath=False, mtext=None):
        """Note a text."""
        self._note("text", gc, x, y, s, hash(prop), angle, ismath)

    def draw_image(self, gc, x, y, im, transform=None):
        """Note an image."""
        self._note("image", gc, x, y, im, transform)

    def draw_gouraud_triangles(self, gc, triangles_array, colors_array, transform):
        """Note triangles with shading."""
        self._note("triangles", gc, triangles_array, colors_array, transform)

    def _note(self, kind, gc, *things):
        clip, clip_transform = gc.get_clip_path()
        box = gc.get_clip_rectangle()
        look = (
            gc.get_rgb(), gc.get_alpha(), gc.get_forced_alpha(), gc.get_linewidth(),
            gc.get_dashes(), gc.get_capstyle(), gc.get_joinstyle(), gc.get_snap(),
            gc.get_hatch(), gc.get_hatch_color(), gc.get_hatch_linewidth(),
            gc.get_sketch_params(), box and box.bounds, clip, clip_transform,
        )  # fmt: skip
        self.ops.append((kind, *map(_plain, (*look, *things))))


def _plain(thing):
    """Something that is equal to that of another time if both are alike."""
    if hasattr(thing, "get_matrix"):
        thing = thing.get_matrix()
    if hasattr(thing, "vertices"):
        return thing.vertices.tobytes(), None if thing.codes is None else thing.codes.tobytes()
    if isinstance(thing, np.ndarray):
        return thing.tobytes(), thing.shape
    if isinstance(thing, list | tuple):
        return tuple(map(_plain, thing))
    return thing
