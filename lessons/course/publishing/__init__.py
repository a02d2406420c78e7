"""What is made from the lessons: notebooks, drawings, pages, the site."""
